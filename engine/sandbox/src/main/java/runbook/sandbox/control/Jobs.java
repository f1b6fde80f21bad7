package runbook.sandbox.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resource;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.Change;
import runbook.sandbox.store.Deletion;
import runbook.sandbox.store.Store;

/** Runs pods until as many have succeeded as are wanted, or too many have failed. */
final class Jobs extends Controller {
  /** Holds a pod until its end is counted. */
  private static final String TRACKING = "batch.kubernetes.io/job-tracking";

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

  Jobs(Store store) {
    super(store, "job-controller");
  }

  @Override
  List<Resource> watched() {
    return List.of(Resources.JOBS, Resources.PODS);
  }

  @Override
  Stream<Key> concerned(Change change) {
    return change.resource().equals(Resources.PODS)
        ? owner(change.object(), "Job")
        : Stream.of(Key.of(change.object()));
  }

  @Override
  Optional<Duration> reconcile(Key key) {
    var found = key.in(store, Resources.JOBS);
    if (found.isEmpty()) {
      letGo(key);
      return Optional.empty();
    }
    var job = found.get();
    if (isOver(job)) return remove(job);
    count(job);
    job = key.in(store, Resources.JOBS).orElse(job);
    var active =
        Objects.children(store, Resources.PODS, job).stream().filter(Pods::isActive).toList();
    var again = Objects.isGoing(job) ? Optional.<Duration>empty() : step(job, active);
    report(key);
    return again;
  }

  /** Pods whose job is gone without them are not held. */
  private void letGo(Key key) {
    for (var pod :
        store
            .list(
                Resources.PODS,
                Optional.of(key.namespace()),
                p -> owner(p, "Job").anyMatch(key::equals))
            .items()) letGo(pod);
  }

  private void letGo(ObjectNode pod) {
    store.modify(
        Resources.PODS,
        Objects.namespace(pod),
        Objects.name(pod),
        p -> Objects.withoutFinalizer(p, TRACKING));
  }

  private static boolean isOver(ObjectNode job) {
    return Objects.isTrue(job, "Complete") || Objects.isTrue(job, "Failed");
  }

  /** Some time after its end it goes, where that is wished. */
  private Optional<Duration> remove(ObjectNode job) {
    Objects.children(store, Resources.PODS, job).forEach(this::letGo);
    var ttl = Json.number(job, "spec.ttlSecondsAfterFinished");
    if (ttl.isEmpty()) return Optional.empty();
    var ended =
        Stream.of("Complete", "Failed")
            .flatMap(c -> Objects.condition(job, c).stream())
            .map(c -> Instant.parse(Json.text(c, "lastTransitionTime")))
            .findFirst()
            .orElseThrow();
    var left = Duration.between(store.now(), ended.plusSeconds(ttl.get()));
    if (left.isPositive()) return Optional.of(left);
    store.delete(Resources.JOBS, Objects.namespace(job), Objects.name(job), Deletion.USUAL);
    return Optional.empty();
  }

  /** Each pod that has ended, once. */
  private void count(ObjectNode job) {
    for (var pod : Objects.children(store, Resources.PODS, job)) {
      if (!Objects.hasFinalizer(pod, TRACKING)) continue;
      boolean gone =
          Objects.isGoing(pod)
              && Json.number(pod, "metadata.deletionGracePeriodSeconds").orElse(1L) == 0;
      if (!Pods.hasEnded(pod) && !gone) continue;
      var field = Json.text(pod, "status.phase").equals("Succeeded") ? "succeeded" : "failed";
      store.modify(
          Resources.JOBS,
          Objects.namespace(job),
          Objects.name(job),
          j -> {
            Json.put(j, "status." + field, Objects.status(j, field) + 1);
            return j;
          });
      letGo(pod);
    }
  }

  private Optional<Duration> step(ObjectNode job, List<ObjectNode> active) {
    if (job.at("/spec/suspend").asBoolean()) {
      active.forEach(this::delete);
      condition(job, "Suspended", true, "JobSuspended", "Job suspended");
      return Optional.empty();
    }
    if (Objects.isTrue(job, "Suspended"))
      condition(job, "Suspended", false, "JobResumed", "Job resumed");
    begin(job);
    long succeeded = Objects.status(job, "succeeded");
    long failed = Objects.status(job, "failed");
    long completions = Json.number(job, "spec.completions").orElse(1L);
    if (succeeded >= completions) {
      end(
          job,
          "SuccessCriteriaMet",
          "Complete",
          "CompletionsReached",
          "Reached expected number of succeeded pods");
      return Optional.empty();
    }
    var late = late(job);
    if (failed > Json.number(job, "spec.backoffLimit").orElse(6L)) {
      active.forEach(this::delete);
      end(
          job,
          "FailureTarget",
          "Failed",
          "BackoffLimitExceeded",
          "Job has reached the specified backoff limit");
      events.warning(job, "BackoffLimitExceeded", "Job has reached the specified backoff limit");
      return Optional.empty();
    }
    if (late.filter(d -> !d.isPositive()).isPresent()) {
      active.forEach(this::delete);
      end(
          job,
          "FailureTarget",
          "Failed",
          "DeadlineExceeded",
          "Job was active longer than specified deadline");
      events.warning(job, "DeadlineExceeded", "Job was active longer than specified deadline");
      return Optional.empty();
    }
    long parallel = Json.number(job, "spec.parallelism").orElse(1L);
    long missing = Math.min(parallel, completions - succeeded) - active.size();
    var pause = pause(job, failed);
    if (missing > 0 && pause.isPositive()) return Optional.of(pause);
    for (long i = 0; i < missing; i++) create(job);
    active.stream().sorted(Pods.RANK).limit(Math.max(0, -missing)).forEach(this::delete);
    return late;
  }

  /** How long nothing new is begun after a failure: longer after each. */
  private Duration pause(ObjectNode job, long failed) {
    var last =
        Objects.children(store, Resources.PODS, job).stream()
            .filter(p -> Json.text(p, "status.phase").equals("Failed"))
            .flatMap(p -> Json.items(p, "status.containerStatuses"))
            .map(c -> Json.text(c, "state.terminated.finishedAt"))
            .max(String::compareTo)
            .orElse("");
    if (failed == 0 || last.isEmpty()) return Duration.ZERO;
    var pause = FIRST_PAUSE.multipliedBy(1L << Math.min(10, failed - 1));
    if (pause.compareTo(LONGEST_PAUSE) > 0) pause = LONGEST_PAUSE;
    return Duration.between(store.now(), Instant.parse(last).plus(pause));
  }

  private Optional<Duration> late(ObjectNode job) {
    var limit = Json.number(job, "spec.activeDeadlineSeconds");
    var began = Json.text(job, "status.startTime");
    return limit
        .filter(_ -> !began.isEmpty())
        .map(l -> Duration.between(store.now(), Instant.parse(began).plusSeconds(l)));
  }

  private void begin(ObjectNode job) {
    if (!Json.text(job, "status.startTime").isEmpty()) return;
    var now = store.timestamp();
    change(job, j -> Json.put(j, "status.startTime", now));
    Json.put(job, "status.startTime", now);
  }

  private void create(ObjectNode job) {
    var pod = Pods.of(job, job.at("/spec/template"));
    Objects.addFinalizer(pod, TRACKING);
    var made = Pods.create(store, pod);
    events.normal(job, "SuccessfulCreate", "Created pod: " + Objects.name(made));
  }

  private void delete(ObjectNode pod) {
    store.delete(Resources.PODS, Objects.namespace(pod), Objects.name(pod), Deletion.USUAL);
  }

  private void condition(ObjectNode job, String type, boolean is, String reason, String message) {
    change(job, j -> Objects.setCondition(j, type, is, reason, message, false, store.timestamp()));
  }

  /** A job says first that its end is certain, then that all its pods have ended. */
  private void end(ObjectNode job, String certain, String type, String reason, String message) {
    var now = store.timestamp();
    change(
        job,
        j -> {
          Objects.setCondition(j, certain, true, reason, message, false, now);
          Objects.setCondition(j, type, true, reason, message, false, now);
          if (type.equals("Complete")) Json.put(j, "status.completionTime", now);
        });
    if (type.equals("Complete")) events.normal(job, "Completed", "Job completed");
  }

  private void change(ObjectNode job, java.util.function.Consumer<ObjectNode> change) {
    store.modify(
        Resources.JOBS,
        Objects.namespace(job),
        Objects.name(job),
        j -> {
          change.accept(j);
          return j;
        });
  }

  private void report(Key key) {
    var found = key.in(store, Resources.JOBS);
    if (found.isEmpty()) return;
    var active =
        Objects.children(store, Resources.PODS, found.get()).stream()
            .filter(Pods::isActive)
            .toList();
    change(
        found.get(),
        j -> {
          var status = Json.within(j, "status");
          ReplicaSets.put(status, "active", active.size());
          status.put("ready", active.stream().filter(Pods::isReady).count());
          status.put(
              "terminating",
              Objects.children(store, Resources.PODS, found.get()).stream()
                  .filter(p -> Objects.isGoing(p) && !Pods.hasEnded(p))
                  .count());
          status.putObject("uncountedTerminatedPods");
        });
  }
}
