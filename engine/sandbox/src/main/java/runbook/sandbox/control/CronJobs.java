package runbook.sandbox.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resource;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.Change;
import runbook.sandbox.store.Deletion;
import runbook.sandbox.store.StatusException;
import runbook.sandbox.store.Store;

/** Begins jobs at their times, unless suspended. */
final class CronJobs extends Controller {
  CronJobs(Store store) {
    super(store, "cronjob-controller");
  }

  @Override
  List<Resource> watched() {
    return List.of(Resources.CRON_JOBS, Resources.JOBS);
  }

  @Override
  Stream<Key> concerned(Change change) {
    return change.resource().equals(Resources.JOBS)
        ? owner(change.object(), "CronJob")
        : Stream.of(Key.of(change.object()));
  }

  @Override
  Optional<Duration> reconcile(Key key) {
    var found = key.in(store, Resources.CRON_JOBS);
    if (found.isEmpty() || Objects.isGoing(found.get())) return Optional.empty();
    var cron = found.get();
    var jobs = Objects.children(store, Resources.JOBS, cron);
    report(cron, jobs);
    forget(cron, jobs);
    if (cron.at("/spec/suspend").asBoolean()) return Optional.empty();
    var schedule = Schedule.parse(Json.text(cron, "spec.schedule"));
    if (schedule.isEmpty()) {
      events.warning(
          cron, "UnparseableSchedule", "unparseable schedule: " + Json.text(cron, "spec.schedule"));
      return Optional.empty();
    }
    var last = Json.text(cron, "status.lastScheduleTime");
    var since =
        Instant.parse(last.isEmpty() ? Json.text(cron, "metadata.creationTimestamp") : last);
    var due = schedule.get().latest(since, store.now(), zone(cron));
    due.ifPresent(time -> begin(cron, jobs, time));
    return Optional.of(Duration.ofSeconds(60 - store.now().getEpochSecond() % 60));
  }

  private static ZoneId zone(ObjectNode cron) {
    var zone = Json.text(cron, "spec.timeZone");
    return zone.isEmpty() ? ZoneOffset.UTC : ZoneId.of(zone);
  }

  private void begin(ObjectNode cron, List<ObjectNode> jobs, Instant time) {
    var active = jobs.stream().filter(j -> !isOver(j)).toList();
    switch (Json.text(cron, "spec.concurrencyPolicy")) {
      case "Forbid" -> {
        if (!active.isEmpty()) {
          events.normal(
              cron,
              "JobAlreadyActive",
              "Not starting job because prior execution is running and concurrency policy is"
                  + " Forbid");
          return;
        }
      }
      case "Replace" ->
          active.forEach(j ->
              store.delete(Resources.JOBS, Objects.namespace(j), Objects.name(j), Deletion.USUAL));
      default -> {}
    }
    var job = Json.object();
    Json.put(job, "metadata.name", Objects.name(cron) + "-" + time.getEpochSecond() / 60);
    Json.put(job, "metadata.namespace", Objects.namespace(cron));
    Json.at(cron, "spec.jobTemplate.metadata.labels")
        .ifPresent(l -> Json.put(job, "metadata.labels", l.deepCopy()));
    Json.within(job, "metadata").putArray("ownerReferences").add(Objects.reference(cron));
    Json.put(job, "spec", cron.at("/spec/jobTemplate/spec").deepCopy());
    label(job);
    try {
      store.create(Resources.JOBS, job);
      events.normal(cron, "SuccessfulCreate", "Created job " + Objects.name(job));
    } catch (StatusException there) {
      // it was begun already
    }
    store.modify(
        Resources.CRON_JOBS,
        Objects.namespace(cron),
        Objects.name(cron),
        c -> {
          Json.put(c, "status.lastScheduleTime", time.toString());
          return c;
        });
  }

  /** What an API server would fill in. */
  private static void label(ObjectNode job) {
    var uid = UUID.randomUUID().toString();
    Json.put(job, "metadata.uid", uid);
    Json.within(job, "spec.selector.matchLabels").put("batch.kubernetes.io/controller-uid", uid);
    Json.within(job, "spec.template.metadata.labels")
        .put("batch.kubernetes.io/controller-uid", uid)
        .put("batch.kubernetes.io/job-name", Objects.name(job))
        .put("job-name", Objects.name(job));
  }

  private static boolean isOver(ObjectNode job) {
    return Objects.isTrue(job, "Complete") || Objects.isTrue(job, "Failed");
  }

  private void report(ObjectNode cron, List<ObjectNode> jobs) {
    store.modify(
        Resources.CRON_JOBS,
        Objects.namespace(cron),
        Objects.name(cron),
        c -> {
          var active = Json.array();
          for (var job : jobs)
            if (!isOver(job))
              active
                  .addObject()
                  .put("kind", "Job")
                  .put("apiVersion", "batch/v1")
                  .put("namespace", Objects.namespace(job))
                  .put("name", Objects.name(job))
                  .put("uid", Objects.uid(job));
          if (active.isEmpty()) Json.remove(c, "status.active");
          else Json.put(c, "status.active", active);
          jobs.stream()
              .map(j -> Json.text(j, "status.completionTime"))
              .filter(t -> !t.isEmpty())
              .max(String::compareTo)
              .ifPresent(t -> Json.put(c, "status.lastSuccessfulTime", t));
          return c;
        });
  }

  /** Only so many that are over are kept. */
  private void forget(ObjectNode cron, List<ObjectNode> jobs) {
    for (var end : List.of("Complete", "Failed")) {
      var limit = end.equals("Complete") ? "successfulJobsHistoryLimit" : "failedJobsHistoryLimit";
      long kept = Json.number(cron, "spec." + limit).orElse(end.equals("Complete") ? 3L : 1L);
      var over =
          jobs.stream()
              .filter(j -> Objects.isTrue(j, end))
              .sorted(Comparator.comparing(j -> Json.text(j, "metadata.creationTimestamp")))
              .toList();
      for (var job : over.subList(0, (int) Math.max(0, over.size() - kept)))
        store.delete(Resources.JOBS, Objects.namespace(job), Objects.name(job), Deletion.USUAL);
    }
  }
}
