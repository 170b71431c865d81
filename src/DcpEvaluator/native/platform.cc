#include "platform.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <thread>

namespace dcp {
namespace {

// Compiler and collector threads beyond these only add memory: a sandbox is meant to use one core.
constexpr unsigned kMostWorkerThreads = 4;

double MonotonicMs() {
  using namespace std::chrono;
  return duration<double, std::milli>(steady_clock::now().time_since_epoch()).count();
}

int WorkerThreads() {
  unsigned cores = std::max(std::thread::hardware_concurrency(), 1u);
  return static_cast<int>(std::clamp(cores - 1, 1u, kMostWorkerThreads));
}

}  // namespace

ForegroundTasks::ForegroundTasks() : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void ForegroundTasks::Wake() {
  uint64_t one = 1;
  // It fails only when the counter is full, and then it is readable already.
  ssize_t ignored = write(fd_, &one, sizeof one);
  (void)ignored;
}

void ForegroundTasks::Acknowledge() {
  uint64_t count;
  ssize_t ignored = read(fd_, &count, sizeof count);
  (void)ignored;
}

void ForegroundTasks::PostTask(std::unique_ptr<v8::Task> task) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    ready_.push_back(std::move(task));
  }
  Wake();
}

void ForegroundTasks::PostDelayedTask(std::unique_ptr<v8::Task> task, double delay_seconds) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    delayed_.emplace(MonotonicMs() + delay_seconds * 1000, std::move(task));
  }
  Wake();
}

std::deque<std::unique_ptr<v8::Task>> ForegroundTasks::TakeDue() {
  std::lock_guard<std::mutex> lock(mutex_);
  std::deque<std::unique_ptr<v8::Task>> due;
  auto later = delayed_.upper_bound(MonotonicMs());
  for (auto it = delayed_.begin(); it != later; ++it) due.push_back(std::move(it->second));
  delayed_.erase(delayed_.begin(), later);
  std::move(ready_.begin(), ready_.end(), std::back_inserter(due));
  ready_.clear();
  return due;
}

double ForegroundTasks::Delay() {
  std::lock_guard<std::mutex> lock(mutex_);
  if (!ready_.empty()) return 0;
  if (delayed_.empty()) return -1;
  return std::max(0.0, delayed_.begin()->first - MonotonicMs());
}

Platform::Platform()
    : workers_(v8::platform::NewDefaultPlatform(WorkerThreads())), foreground_(std::make_shared<ForegroundTasks>()) {}

}  // namespace dcp
