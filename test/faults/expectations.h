// What must come of a fault.
#pragma once

#include "faults/world.h"
#include "system/faults.h"

namespace caio::faulty {

enum class Expectation : uint8_t {
  kTold,      // an operation fails with this error
  kMayTell,   // it does, or another way led to the same result
  kOvercome,  // everything succeeds
};

Expectation expectation_of(const faults::Fault& fault, const Scenario& scenario, const Configuration& configuration);

// Whether this call can fail so at all.
bool is_possible(const faults::Fault& fault, const Scenario& scenario);

// Why the outcomes of a case are wrong; empty when they are right.
std::string judge(const World& world, const Scenario& scenario, const faults::Fault* armed, size_t count);

std::string describe(const faults::CallSite& site);
std::string describe(const faults::Fault& fault);

}  // namespace caio::faulty
