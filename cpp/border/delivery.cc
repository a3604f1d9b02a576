#include "border/delivery.h"

#include <cerrno>
#include <cstring>

#include "border/arguments.h"
#include "border/external_text.h"
#include "border/memory.h"
#include "border/typed_array.h"
#include "system/directory_stream.h"
#include "system/warm_memory.h"

namespace caio {

namespace {

// The elements of a new array that is a property of the object; null as typed_array has it.
template <typename T>
T* make_array(napi_env env, napi_value object, const char* name, napi_typedarray_type type, size_t length,
              napi_ref& reference) {
  T* elements = nullptr;
  napi_value array = typed_array(env, type, length, elements);
  const bool made = array != nullptr && napi_create_reference(env, array, 1, &reference) == napi_ok &&
                    napi_set_named_property(env, object, name, array) == napi_ok;
  return made ? elements : nullptr;
}

// So many names go into one string, which JavaScript takes apart: that costs less than a call for each of them. Parts
// of a string keep the whole of it, so it must not be too large.
constexpr size_t kNamesInOne = 1024;

napi_value joined_names_of(napi_env env, const Operation& operation) {
  napi_value strings = nullptr;
  napi_create_array(env, &strings);
  uint32_t at = 0;
  std::string joined;
  for (size_t i = 0; i < operation.entries.size(); ++i) {
    const DirectoryEntry& entry = operation.entries[i];
    joined.append(operation.bytes.data() + entry.name_offset, entry.name_length);
    if ((i + 1) % kNamesInOne != 0 && i + 1 < operation.entries.size()) {
      joined += '/';  // no name has it
      continue;
    }
    napi_set_element(env, strings, at++, text(env, joined.data(), joined.size()));
    joined.clear();
  }
  return strings;
}

// A call for each name would take longer than JavaScript takes to cut it out of one buffer.
napi_value names_in_bytes_of(napi_env env, Operation& operation) {
  void* bytes = nullptr;
  uint16_t* length = nullptr;
  napi_value parts = nullptr;
  napi_value all = nullptr;
  const size_t count = operation.entries.size();
  napi_create_array(env, &parts);
  if (count == 0) return parts;
  napi_create_buffer(env, operation.bytes.size(), &bytes, &all);
  napi_value lengths = typed_array(env, napi_uint16_array, count, length);
  if (bytes == nullptr || lengths == nullptr) {
    operation.result = -ENOMEM;
    return nullptr;
  }
  auto* end = static_cast<char*>(bytes);
  for (const DirectoryEntry& entry : operation.entries) {
    std::memcpy(end, operation.bytes.data() + entry.name_offset, entry.name_length);
    end += entry.name_length;
    *length++ = entry.name_length;
  }
  napi_set_element(env, parts, 0, all);
  napi_set_element(env, parts, 1, lengths);
  return parts;
}

napi_value names_of(napi_env env, Operation& operation) {
  return operation.as_text ? joined_names_of(env, operation) : names_in_bytes_of(env, operation);
}

napi_value listing_of(napi_env env, Operation& operation) {
  napi_value names = names_of(env, operation);
  if (!operation.with_types || names == nullptr) return names;

  uint8_t* type = nullptr;
  napi_value pair = nullptr;
  napi_value types = typed_array(env, napi_uint8_array, operation.entries.size(), type);
  if (types == nullptr) {
    operation.result = -ENOMEM;
    return nullptr;
  }
  for (const DirectoryEntry& entry : operation.entries) *type++ = type_number(entry.type);
  napi_create_array_with_length(env, 2, &pair);
  napi_set_element(env, pair, 0, names);
  napi_set_element(env, pair, 1, types);
  return pair;
}

}  // namespace

bool Delivery::start(napi_env env, napi_value object, napi_value on_complete) {
  napi_value values = nullptr;
  if (napi_create_reference(env, on_complete, 1, &on_complete_) != napi_ok ||
      napi_create_array_with_length(env, kBatch, &values) != napi_ok ||
      napi_create_reference(env, values, 1, &values_) != napi_ok ||
      napi_set_named_property(env, object, "values", values) != napi_ok)
    return false;
  records_ = make_array<double>(env, object, "records", napi_float64_array, kBatch * kRecordLength, arrays_[0]);
  big_records_ =
      make_array<int64_t>(env, object, "bigRecords", napi_bigint64_array, kBatch * kRecordLength, arrays_[1]);
  fields_ = make_array<double>(env, object, "fields", napi_float64_array, kStatFieldCount, arrays_[2]);
  big_fields_ = make_array<int64_t>(env, object, "bigFields", napi_bigint64_array, kStatFieldCount, arrays_[3]);
  unsettled_ = make_array<uint8_t>(env, object, "unsettled", napi_uint8_array, 1, arrays_[4]);
  heap_in_use_ = make_array<double>(env, object, "heapInUse", napi_float64_array, 1, arrays_[5]);
  return records_ != nullptr && big_records_ != nullptr && fields_ != nullptr && big_fields_ != nullptr &&
         unsettled_ != nullptr && heap_in_use_ != nullptr;
}

void Delivery::end(napi_env env) {
  for (napi_ref reference :
       {on_complete_, values_, arrays_[0], arrays_[1], arrays_[2], arrays_[3], arrays_[4], arrays_[5]})
    napi_delete_reference(env, reference);
  *this = Delivery();
}

napi_value Delivery::text_of(napi_env env, Operation& operation) {
  const std::span<char> units = text_in(operation);
  napi_value made = heap_pace_.is_dear_for(units.size()) ? external_text(env, operation, *heap_in_use_) : nullptr;
  if (made != nullptr) return made;
  made = heap_pace_.timed(units.size(), [&] { return text(env, units.data(), units.size(), operation.text_form); });
  if (operation.bytes) give_back(operation.bytes);
  // A count without a string would be taken for a descriptor.
  if (made == nullptr) operation.result = failure(Step::kRead, -ENOMEM);
  return made;
}

napi_value Delivery::value_of(napi_env env, Operation& operation) {
  napi_value value = nullptr;
  if (operation.result < 0) {
    const bool tells_where = operation.opcode == Opcode::kRemoveTree || operation.opcode == Opcode::kMakePath ||
                             operation.opcode == Opcode::kMakeTemporary;
    return tells_where ? text(env, operation.path2.data(), operation.path2.size()) : nullptr;
  }
  switch (operation.opcode) {
    case Opcode::kReadFile:
      // Without bytes the job has only opened the file: the result is its descriptor.
      if (!operation.bytes) return nullptr;
      if (operation.as_text) return text_of(env, operation);
      value = adopt(env, std::move(operation.bytes));
      if (value == nullptr) operation.result = failure(Step::kRead, -ENOMEM);
      return value;
    case Opcode::kDecode:
      return text_of(env, operation);
    case Opcode::kReadlink:
    case Opcode::kRealpath:
    case Opcode::kMakeTemporary:
      if (operation.as_text) return text(env, operation.bytes.data(), operation.bytes.size());
      napi_create_buffer_copy(env, operation.bytes.size(), operation.bytes.data(), nullptr, &value);
      return value;
    case Opcode::kCopyDirectory:
    case Opcode::kReaddir:
    case Opcode::kReadDirectory:
      return listing_of(env, operation);
    case Opcode::kMakePath:
      return operation.result == 0 ? nullptr : text(env, operation.path2.data(), operation.path2.size());
    default:
      return nullptr;
  }
}

void Delivery::write_fields(const StatFields& fields, double* numbers, int64_t* integers) {
  for (size_t i = 0; i < kStatFieldCount; ++i) {
    // Device and inode numbers are unsigned (as in Node's binding).
    numbers[i] = static_cast<double>(static_cast<uint64_t>(fields[i]));
    integers[i] = fields[i];
  }
  for (size_t i = 10; i < kStatFieldCount; ++i) numbers[i] = static_cast<double>(fields[i]);  // times before 1970
}

void Delivery::write(napi_env env, napi_value values, uint32_t at, Operation& operation) {
  double* record = records_ + at * kRecordLength;
  record[0] = static_cast<double>(operation.ticket);
  if (operation.opcode >= Opcode::kStat && operation.opcode <= Opcode::kStatfs && operation.result == 0) {
    write_fields(operation.stat, record + 2, big_records_ + at * kRecordLength + 2);
  }
  if (napi_value value = value_of(env, operation)) napi_set_element(env, values, at, value);
  record[1] = static_cast<double>(operation.result);
  return_bounced(env, operation);
}

void Delivery::deliver(napi_env env, Engine& engine, Unclaimed& unclaimed, Operation* finished) {
  napi_value values = nullptr;
  napi_value on_complete = nullptr;
  napi_get_reference_value(env, values_, &values);
  napi_get_reference_value(env, on_complete_, &on_complete);
  while (finished != nullptr) {
    uint32_t count = 0;
    while (finished != nullptr && count < kBatch) {
      Operation& operation = *finished;
      finished = operation.next;
      napi_handle_scope scope;
      napi_open_handle_scope(env, &scope);
      // Before its bytes are taken out of it.
      unclaimed.note(operation, operation.result);
      write(env, values, count++, operation);
      napi_close_handle_scope(env, scope);
      engine.recycle(operation);
    }
    // Everything about these operations is settled here before anybody is called: the callee may start new ones.
    napi_value argument = number(env, count);
    napi_call_function(env, undefined(env), on_complete, 1, &argument, nullptr);
  }
}

}  // namespace caio
