package runbook.sandbox.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import runbook.sandbox.json.Json;
import runbook.sandbox.schema.Resources;
import runbook.sandbox.store.Deletion;

/** Deployments, jobs and what is around them. */
final class WorkloadsTest extends ControlTest {
  @Test
  void a_deployment_makes_pods_and_says_so() throws Exception {
    make(deployment("{ type: RollingUpdate }", 2));
    await("two pods", () -> isRolledOut(2, "site:1"));
    var d = find(Resources.DEPLOYMENTS, "site").orElseThrow();
    await(
        "progress",
        () -> Objects.isTrue(find(Resources.DEPLOYMENTS, "site").orElseThrow(), "Progressing"));
    assertThat(Objects.isTrue(d, "Available")).isTrue();
    assertThat(d.at("/metadata/annotations").path(Deployments.REVISION).asText()).isEqualTo("1");
    change(Resources.DEPLOYMENTS, "site", "spec.replicas", 0);
    await("no pods", () -> pods().isEmpty());
    await("no replicas", () -> text(Resources.DEPLOYMENTS, "site", "status.replicas").isEmpty());
  }

  @Test
  void what_is_recreated_is_never_there_twice() throws Exception {
    make(deployment("{ type: Recreate }", 1));
    await("a pod", () -> isRolledOut(1, "site:1"));
    var old = Objects.name(pods().getFirst());
    node.stubborn.add(old);
    change(
        Resources.DEPLOYMENTS,
        "site",
        "spec.template.spec.containers",
        List.of(java.util.Map.of("name", "site", "image", "site:2")));
    await("it is to go", () -> Objects.isGoing(pods().getFirst()));
    // what could wrongly be made now, would be made within this
    Thread.sleep(300);
    assertThat(pods()).extracting(Objects::name).containsExactly(old);
    node.stubborn.clear();
    store.modify(Resources.PODS, "default", old, p -> p.put("touched", true));
    await("the other", () -> isRolledOut(1, "site:2"));
  }

  @Test
  void pods_are_exchanged_some_at_a_time_and_back() throws Exception {
    make(
        deployment(
            "{ type: RollingUpdate, rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }", 3));
    await("three pods", () -> isRolledOut(3, "site:1"));
    var before = find(Resources.DEPLOYMENTS, "site").orElseThrow().at("/spec/template").deepCopy();
    change(
        Resources.DEPLOYMENTS,
        "site",
        "spec.template.spec.containers",
        List.of(java.util.Map.of("name", "site", "image", "site:2")));
    await("three others", () -> isRolledOut(3, "site:2"));
    change(Resources.DEPLOYMENTS, "site", "spec.template", before);
    await("three as before", () -> isRolledOut(3, "site:1"));
    assertThat(store.list(Resources.REPLICA_SETS, Optional.empty(), _ -> true).items()).hasSize(2);
    await(
        "the third revision",
        () ->
            find(Resources.DEPLOYMENTS, "site")
                .orElseThrow()
                .at("/metadata/annotations")
                .path(Deployments.REVISION)
                .asText()
                .equals("3"));
  }

  @Test
  void what_belongs_to_it_goes_after_its_owner() throws Exception {
    make(deployment("{ type: RollingUpdate }", 2));
    await("two pods", () -> isRolledOut(2, "site:1"));
    store.delete(Resources.DEPLOYMENTS, "default", "site", Deletion.USUAL);
    await(
        "nothing is left",
        () ->
            pods().isEmpty()
                && store
                    .list(Resources.REPLICA_SETS, Optional.empty(), _ -> true)
                    .items()
                    .isEmpty());
  }

  @Test
  void or_before_it_or_not_at_all() throws Exception {
    for (var how : List.of(Deletion.Propagation.FOREGROUND, Deletion.Propagation.ORPHAN)) {
      make(deployment("{ type: RollingUpdate }", 1));
      await("a pod", () -> isRolledOut(1, "site:1"));
      store.delete(
          Resources.DEPLOYMENTS,
          "default",
          "site",
          new Deletion(Optional.empty(), how, Optional.empty(), Optional.empty()));
      await("it is gone", () -> find(Resources.DEPLOYMENTS, "site").isEmpty());
      assertThat(store.list(Resources.REPLICA_SETS, Optional.empty(), _ -> true).items())
          .hasSize(how == Deletion.Propagation.ORPHAN ? 1 : 0);
    }
  }

  private void job(String end, int backoff) {
    make(
        """
        kind: Job
        apiVersion: batch/v1
        metadata: { name: work }
        spec:
          completions: 2
          parallelism: 1
          backoffLimit: %d
          selector: { matchLabels: { job-name: work } }
          template:
            metadata: { labels: { job-name: work, end: %s } }
            spec: { restartPolicy: Never, containers: [ { name: main, image: busybox } ] }
        """
            .formatted(backoff, end));
  }

  @Test
  void a_job_ends_when_enough_pods_succeeded() throws Exception {
    job("Succeeded", 0);
    await(
        "complete",
        () -> find(Resources.JOBS, "work").filter(j -> Objects.isTrue(j, "Complete")).isPresent());
    assertThat(text(Resources.JOBS, "work", "status.succeeded")).isEqualTo("2");
    store.delete(Resources.JOBS, "default", "work", Deletion.USUAL);
    await("nothing is left", () -> pods().isEmpty());
  }

  @Test
  void or_when_too_many_failed() throws Exception {
    job("Failed", 1);
    await(
        "failed",
        () -> find(Resources.JOBS, "work").filter(j -> Objects.isTrue(j, "Failed")).isPresent());
    assertThat(
            Objects.condition(find(Resources.JOBS, "work").orElseThrow(), "Failed")
                .orElseThrow()
                .path("reason")
                .asText())
        .isEqualTo("BackoffLimitExceeded");
    assertThat(text(Resources.JOBS, "work", "status.failed")).isEqualTo("2");
  }

  @Test
  void a_namespace_is_furnished_and_emptied() throws Exception {
    await("furnished", () -> find(Resources.SERVICE_ACCOUNTS, "default").isPresent());
    make(deployment("{ type: RollingUpdate }", 2));
    await("two pods", () -> isRolledOut(2, "site:1"));
    store.delete(Resources.NAMESPACES, "", "default", Deletion.USUAL);
    await("it is gone", () -> store.get(Resources.NAMESPACES, "", "default").isEmpty());
    assertThat(pods()).isEmpty();
  }

  @Test
  void a_set_of_numbered_pods_grows_and_shrinks_in_order() throws Exception {
    make(
        """
        kind: StatefulSet
        apiVersion: apps/v1
        metadata: { name: db }
        spec:
          replicas: 2
          serviceName: db
          podManagementPolicy: OrderedReady
          updateStrategy: { type: RollingUpdate }
          selector: { matchLabels: { app: db } }
          template:
            metadata: { labels: { app: db } }
            spec: { containers: [ { name: db, image: "db:1" } ] }
          volumeClaimTemplates:
            - metadata: { name: data }
              spec: { storageClassName: retain, accessModes: [ReadWriteOnce], resources: { requests: { storage: 10Gi } } }
        """);
    await("two", () -> text(Resources.STATEFUL_SETS, "db", "status.readyReplicas").equals("2"));
    assertThat(pods()).extracting(Objects::name).containsExactly("db-0", "db-1");
    assertThat(find(Resources.CLAIMS, "data-db-1")).isPresent();
    change(
        Resources.STATEFUL_SETS,
        "db",
        "spec.template.spec.containers",
        List.of(java.util.Map.of("name", "db", "image", "db:2")));
    await(
        "both are new",
        () ->
            pods().size() == 2
                && pods().stream()
                    .allMatch(p ->
                        Pods.isReady(p)
                            && p.at("/spec/containers/0/image").asText().equals("db:2")));
    change(Resources.STATEFUL_SETS, "db", "spec.replicas", 0);
    await("none", () -> pods().isEmpty());
    assertThat(find(Resources.CLAIMS, "data-db-0")).as("claims stay").isPresent();
  }

  @Test
  void a_service_knows_the_pods_that_are_ready() throws Exception {
    make(
        """
        { kind: Service, apiVersion: v1, metadata: { name: site }, spec: { selector: { app: site }, ports: [ { port: 80, targetPort: 8080 } ] } }
        """);
    make(deployment("{ type: RollingUpdate }", 2));
    await(
        "two addresses",
        () ->
            store.list(Resources.ENDPOINT_SLICES, Optional.empty(), _ -> true).items().stream()
                    .flatMap(s -> Json.items(s, "endpoints"))
                    .filter(e -> e.at("/conditions/ready").asBoolean())
                    .count()
                == 2);
  }

  @Test
  void an_autoscaler_starts_again_what_was_made_too_small() throws Exception {
    make(deployment("{ type: RollingUpdate }", 1));
    make(
        """
        kind: HorizontalPodAutoscaler
        apiVersion: autoscaling/v2
        metadata: { name: site }
        spec: { minReplicas: 3, maxReplicas: 5, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: site } }
        """);
    await("three", () -> isRolledOut(3, "site:1"));
    change(Resources.DEPLOYMENTS, "site", "spec.replicas", 0);
    await("none", () -> pods().isEmpty());
    assertThat(text(Resources.DEPLOYMENTS, "site", "spec.replicas")).isEqualTo("0");
  }

  @Test
  void a_cron_job_begins_jobs_unless_suspended() throws Exception {
    make(
        """
        kind: CronJob
        apiVersion: batch/v1
        metadata: { name: dump }
        spec:
          schedule: "* * * * *"
          suspend: true
          concurrencyPolicy: Allow
          jobTemplate:
            spec:
              template:
                metadata: { labels: { end: Succeeded } }
                spec: { restartPolicy: Never, containers: [ { name: main, image: busybox } ] }
        """);
    clock.pass(Duration.ofMinutes(3));
    Thread.sleep(200);
    assertThat(store.list(Resources.JOBS, Optional.empty(), _ -> true).items()).isEmpty();
    change(Resources.CRON_JOBS, "dump", "spec.suspend", false);
    await("a job", () -> !text(Resources.CRON_JOBS, "dump", "status.lastSuccessfulTime").isEmpty());
  }
}
