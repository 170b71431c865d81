// V8's view of threads and tasks.
#ifndef DCP_PLATFORM_H
#define DCP_PLATFORM_H

#include <map>
#include <memory>
#include <deque>
#include <mutex>

#include "libplatform/libplatform.h"
#include "v8.h"

namespace dcp {

// Tasks for the engine's thread, behind a descriptor that poll() can wait for.
class ForegroundTasks : public v8::TaskRunner {
 public:
  ForegroundTasks();

  int fd() const { return fd_; }
  // All that are due now, those with a delay first.
  std::deque<std::unique_ptr<v8::Task>> TakeDue();
  // Milliseconds until the next task is due; -1 when there is none.
  double Delay();
  void Acknowledge();

  void PostTask(std::unique_ptr<v8::Task> task) override;
  void PostNonNestableTask(std::unique_ptr<v8::Task> task) override { PostTask(std::move(task)); }
  void PostDelayedTask(std::unique_ptr<v8::Task> task, double delay_seconds) override;
  void PostNonNestableDelayedTask(std::unique_ptr<v8::Task> task, double delay_seconds) override {
    PostDelayedTask(std::move(task), delay_seconds);
  }
  void PostIdleTask(std::unique_ptr<v8::IdleTask>) override {}
  bool IdleTasksEnabled() override { return false; }
  bool NonNestableTasksEnabled() const override { return true; }
  bool NonNestableDelayedTasksEnabled() const override { return true; }

 private:
  void Wake();

  const int fd_;
  std::mutex mutex_;
  std::deque<std::unique_ptr<v8::Task>> ready_;
  std::multimap<double, std::unique_ptr<v8::Task>> delayed_;
};

// V8's default platform can wait for foreground tasks or for nothing. An evaluator also waits for lines
// and for its timer, so the foreground queue is our own; worker threads stay V8's.
class Platform : public v8::Platform {
 public:
  Platform();

  ForegroundTasks &foreground() { return *foreground_; }

  int NumberOfWorkerThreads() override { return workers_->NumberOfWorkerThreads(); }
  std::shared_ptr<v8::TaskRunner> GetForegroundTaskRunner(v8::Isolate *) override { return foreground_; }
  void CallOnWorkerThread(std::unique_ptr<v8::Task> task) override { workers_->CallOnWorkerThread(std::move(task)); }
  void CallBlockingTaskOnWorkerThread(std::unique_ptr<v8::Task> task) override {
    workers_->CallBlockingTaskOnWorkerThread(std::move(task));
  }
  void CallLowPriorityTaskOnWorkerThread(std::unique_ptr<v8::Task> task) override {
    workers_->CallLowPriorityTaskOnWorkerThread(std::move(task));
  }
  void CallDelayedOnWorkerThread(std::unique_ptr<v8::Task> task, double delay_seconds) override {
    workers_->CallDelayedOnWorkerThread(std::move(task), delay_seconds);
  }
#if V8_MAJOR_VERSION < 11
  std::unique_ptr<v8::JobHandle> PostJob(v8::TaskPriority priority, std::unique_ptr<v8::JobTask> job) override {
    return workers_->PostJob(priority, std::move(job));
  }
#else
  std::unique_ptr<v8::JobHandle> CreateJob(v8::TaskPriority priority, std::unique_ptr<v8::JobTask> job) override {
    return workers_->CreateJob(priority, std::move(job));
  }
#endif
  double MonotonicallyIncreasingTime() override { return workers_->MonotonicallyIncreasingTime(); }
  double CurrentClockTimeMillis() override { return workers_->CurrentClockTimeMillis(); }
  v8::TracingController *GetTracingController() override { return workers_->GetTracingController(); }
  v8::PageAllocator *GetPageAllocator() override { return workers_->GetPageAllocator(); }

 private:
  std::unique_ptr<v8::Platform> workers_;
  std::shared_ptr<ForegroundTasks> foreground_;
};

}  // namespace dcp
#endif
