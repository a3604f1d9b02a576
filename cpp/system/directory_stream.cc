#include "system/directory_stream.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "system/call.h"

#if CAIO_LINUX
#include "system/raw.h"
#endif

namespace caio {

namespace {

bool is_dots(const char* name) { return std::strcmp(name, ".") == 0 || std::strcmp(name, "..") == 0; }

constexpr std::array<uint8_t, 16> kTypeNumbers = [] {
  std::array<uint8_t, 16> numbers{};
  numbers[DT_REG] = 1;
  numbers[DT_DIR] = 2;
  numbers[DT_LNK] = 3;
  numbers[DT_FIFO] = 4;
  numbers[DT_SOCK] = 5;
  numbers[DT_CHR] = 6;
  numbers[DT_BLK] = 7;
  return numbers;
}();

}  // namespace

uint8_t type_number(uint8_t type) { return type < kTypeNumbers.size() ? kTypeNumbers[type] : 0; }

#if CAIO_LINUX

namespace {

// getdents64(2): struct linux_dirent64, which no header declares.
struct Record {
  uint64_t inode;
  int64_t offset;
  uint16_t length;
  uint8_t type;
  char name[];
};

// As much as glibc's readdir(3) takes at a time: of a directory that changes while it is read, others see the same.
constexpr size_t kRecordsSize = 32768;

const Record& record_at(const Bytes& records, size_t at) {
  return *reinterpret_cast<const Record*>(records.data() + at);
}

}  // namespace

DirectoryStream::DirectoryStream(FileDescriptor directory, int32_t traits, std::string path)
    : traits_(traits), path_(std::move(path)), directory_(std::move(directory)) {}

int DirectoryStream::fd() const { return directory_.get(); }

Result DirectoryStream::fill() {
  if (!records_) records_ = Bytes(kRecordsSize);
  if (!records_) return -ENOMEM;
  begin_ = end_ = 0;
  long size;
  do {
    size = CAIO_CALL(caio::raw::getdents64, directory_.get(), records_.data(), records_.size());
  } while (size < 0 && errno == EINTR);
  // A directory that was removed has come to its end.
  if (size < 0) return errno == ENOENT ? 0 : -errno;
  end_ = static_cast<size_t>(size);
  return size;
}

Result DirectoryStream::next(Entry& entry) {
  for (;;) {
    if (begin_ == end_) {
      if (const Result filled = fill(); filled <= 0) return filled;
    }
    const Record& record = record_at(records_, begin_);
    begin_ += record.length;
    if (is_dots(record.name)) continue;
    entry = {record.name, std::strlen(record.name), record.type};
    if (entry.type == DT_UNKNOWN) tells_types_ = false;
    return 1;
  }
}

bool DirectoryStream::holds(size_t count) const {
  for (size_t at = begin_; count > 0; --count) {
    while (at < end_ && is_dots(record_at(records_, at).name)) at += record_at(records_, at).length;
    if (at >= end_) return ended_;
    if (record_at(records_, at).type == DT_UNKNOWN) return false;
    at += record_at(records_, at).length;
  }
  return true;
}

#else

DirectoryStream::DirectoryStream(FileDescriptor directory, int32_t traits, std::string path)
    : traits_(traits), path_(std::move(path)), stream_(CAIO_CALL(fdopendir, directory.get())) {
  if (stream_ != nullptr) {
    directory.release();
  } else {
    opened_ = -errno;
  }
}

DirectoryStream::~DirectoryStream() {
  if (stream_ != nullptr) CAIO_CALL(closedir, stream_);
}

int DirectoryStream::fd() const { return ::dirfd(stream_); }

Result DirectoryStream::next(Entry& entry) {
  for (;;) {
    errno = 0;
    const dirent* found = CAIO_CALL(readdir, stream_);
    if (found == nullptr) return -errno;
    if (is_dots(found->d_name)) continue;
    entry = {found->d_name, std::strlen(found->d_name), found->d_type};
    return 1;
  }
}

// readdir(3) does not tell what it holds.
bool DirectoryStream::holds(size_t count) const { return count == 0; }

#endif

}  // namespace caio
