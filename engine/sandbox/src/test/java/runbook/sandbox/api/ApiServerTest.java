package runbook.sandbox.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static runbook.sandbox.api.SampleObjects.deployment;
import static runbook.sandbox.api.SampleObjects.map;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an ordinary client sees. */
final class ApiServerTest {
  private ApiServer server;
  private KubernetesClient client;

  @BeforeEach
  void start() throws IOException {
    var store = new runbook.sandbox.store.Store(Clock.systemUTC());
    server = ApiServer.start(store, new EchoKubelet(), "token", UnaryOperator.identity());
    var config = Config.fromKubeconfig(server.kubeconfig("default"));
    config.setRequestRetryBackoffLimit(0);
    client = new KubernetesClientBuilder().withConfig(config).build();
    client
        .namespaces()
        .resource(
            new NamespaceBuilder().withNewMetadata().withName("default").endMetadata().build())
        .create();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void objects_are_created_read_changed_and_deleted() {
    var made = client.resource(map("a", "1")).create();
    assertThat(made.getMetadata().getUid()).isNotEmpty();
    assertThatThrownBy(() -> client.resource(map("a", "1")).create())
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            e -> {
              assertThat(e.getCode()).isEqualTo(409);
              assertThat(e.getStatus().getReason()).isEqualTo("AlreadyExists");
            });
    var changed =
        client
            .configMaps()
            .withName("a")
            .edit(m -> new ConfigMapBuilder(m).addToData("other", "2").build());
    assertThat(changed.getData()).containsEntry("other", "2");
    made.setData(Map.of("key", "old"));
    assertThatThrownBy(() -> client.resource(made).update())
        .hasMessageContaining("the object has been modified");
    client.configMaps().withName("a").delete();
    assertThat(client.configMaps().withName("a").get()).isNull();
  }

  @Test
  void a_namespace_has_to_be_there() {
    assertThatThrownBy(() -> client.resource(map("a", "1")).inNamespace("nowhere").create())
        .hasMessageContaining("namespaces \"nowhere\" not found");
  }

  @Test
  void lists_come_in_pages_and_by_labels() {
    for (int i = 0; i < 7; i++) client.resource(map("m" + i, "1")).create();
    assertThat(client.configMaps().withLabel("app", "m3").list().getItems()).hasSize(1);
    var names = new ArrayList<String>();
    var mark = Optional.<String>empty();
    do {
      var page =
          client
              .configMaps()
              .list(
                  new io.fabric8.kubernetes.api.model.ListOptionsBuilder()
                      .withLimit(3L)
                      .withContinue(mark.orElse(null))
                      .build());
      page.getItems().forEach(m -> names.add(m.getMetadata().getName()));
      mark = Optional.ofNullable(page.getMetadata().getContinue()).filter(c -> !c.isEmpty());
    } while (mark.isPresent());
    assertThat(names).containsExactly("m0", "m1", "m2", "m3", "m4", "m5", "m6");
  }

  @Test
  void a_watch_tells_what_happens() throws Exception {
    client.resource(map("a", "1")).create();
    var seen = new LinkedBlockingQueue<String>();
    try (var _ =
        client
            .configMaps()
            .watch(
                new Watcher<>() {
                  @Override
                  public void eventReceived(Action action, ConfigMap map) {
                    seen.add(action + " " + map.getMetadata().getName());
                  }

                  @Override
                  public void onClose(WatcherException e) {}
                })) {
      assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("ADDED a");
      client.resource(map("b", "1")).create();
      client.configMaps().withName("a").delete();
      assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("ADDED b");
      assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("DELETED a");
    }
  }

  @Test
  void a_deployment_gets_its_defaults_and_can_be_scaled() {
    var made = client.resource(deployment("d")).create();
    assertThat(made.getSpec().getReplicas()).isEqualTo(1);
    assertThat(made.getSpec().getStrategy().getRollingUpdate().getMaxSurge().getStrVal())
        .isEqualTo("25%");
    assertThat(made.getSpec().getTemplate().getSpec().getTerminationGracePeriodSeconds())
        .isEqualTo(30);
    var scale = client.apps().deployments().withName("d").scale();
    assertThat(scale.getStatus().getSelector()).isEqualTo("app=d");
    scale.getSpec().setReplicas(3);
    client.apps().deployments().withName("d").scale(scale);
    assertThat(client.apps().deployments().withName("d").get().getSpec().getReplicas())
        .isEqualTo(3);
  }

  @Test
  void patches_change_what_they_say() {
    client.resource(map("a", "1")).create();
    var maps = client.configMaps().withName("a");
    assertThat(
            maps.patch(
                    PatchContext.of(PatchType.JSON_MERGE),
                    "{\"data\": {\"key\": null, \"new\": \"x\"}}")
                .getData())
        .containsExactlyEntriesOf(Map.of("new", "x"));
    assertThat(
            maps.patch(
                    PatchContext.of(PatchType.JSON),
                    "[{\"op\": \"test\", \"path\": \"/data/new\", \"value\": \"x\"},"
                        + " {\"op\": \"replace\", \"path\": \"/data/new\", \"value\": \"y\"}]")
                .getData())
        .containsEntry("new", "y");
    assertThatThrownBy(() ->
            maps.patch(
                PatchContext.of(PatchType.JSON),
                "[{\"op\": \"test\", \"path\": \"/data/new\", \"value\": \"x\"}]"))
        .isInstanceOfSatisfying(
            KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(422));
  }

  @Test
  void a_dry_run_keeps_nothing() {
    client.resource(map("a", "1")).dryRun().create();
    assertThat(client.configMaps().withName("a").get()).isNull();
    client.resource(map("b", "1")).create();
    client.configMaps().withName("b").dryRun().delete();
    assertThat(client.configMaps().withName("b").get()).isNotNull();
  }

  @Test
  void what_may_not_change_is_refused_in_the_servers_words() {
    client.resource(deployment("d")).create();
    var other = deployment("d");
    other.getSpec().getSelector().setMatchLabels(Map.of("app", "x"));
    other.getSpec().getTemplate().getMetadata().setLabels(Map.of("app", "x"));
    assertThatThrownBy(() -> client.resource(other).update())
        .hasMessageContaining("Deployment.apps \"d\" is invalid: spec.selector")
        .hasMessageContaining("field is immutable");
    var bad = deployment("Bad_Name");
    assertThatThrownBy(() -> client.resource(bad).create())
        .hasMessageContaining("a lowercase RFC 1123 subdomain must consist of");
  }

  @Test
  void a_right_that_was_taken_away_is_asked_for_in_vain_and_missed() {
    server.access().take(new Access.Right("delete", "", "configmaps", Optional.empty()));
    var review =
        new SelfSubjectAccessReviewBuilder()
            .withNewSpec()
            .withNewResourceAttributes()
            .withNamespace("default")
            .withVerb("delete")
            .withResource("configmaps")
            .endResourceAttributes()
            .endSpec()
            .build();
    assertThat(client.resource(review).create().getStatus().getAllowed()).isFalse();
    client.resource(map("a", "1")).create();
    assertThatThrownBy(() -> client.configMaps().withName("a").delete())
        .hasMessageContaining(
            "User \"sandbox-admin\" cannot delete resource \"configmaps\" in API group \"\" in the"
                + " namespace \"default\"");
    server.access().restore();
    assertThat(client.resource(review).create().getStatus().getAllowed()).isTrue();
  }

  @Test
  void a_command_has_streams_and_an_exit_code() throws Exception {
    client
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withName("p")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("main")
                .withImage("busybox")
                .endContainer()
                .endSpec()
                .build())
        .create();
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    try (var exec =
        client
            .pods()
            .withName("p")
            .redirectingInput()
            .writingOutput(out)
            .writingError(err)
            .exec("sh", "-c", "head -c 5; echo oops >&2; exit 7")) {
      exec.getInput().write("hello".getBytes(java.nio.charset.StandardCharsets.UTF_8));
      exec.getInput().flush();
      assertThat(exec.exitCode().get(20, TimeUnit.SECONDS)).isEqualTo(7);
    }
    assertThat(out.toString()).isEqualTo("hello");
    assertThat(err.toString()).isEqualTo("oops\n");
    assertThat(client.pods().withName("p").tailingLines(5).getLog()).startsWith("one\ntwo\n");
  }

  @Test
  void who_shows_no_token_is_not_let_in() {
    var config = Config.fromKubeconfig(server.kubeconfig("default"));
    config.setOauthToken("wrong");
    config.setAutoOAuthToken("wrong");
    try (var stranger = new KubernetesClientBuilder().withConfig(config).build()) {
      assertThatThrownBy(() -> stranger.pods().list())
          .isInstanceOfSatisfying(
              KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(401));
    }
  }

  @Test
  void an_owner_can_be_deleted_without_what_it_owns() {
    client.resource(deployment("d")).create();
    client
        .apps()
        .deployments()
        .withName("d")
        .withPropagationPolicy(DeletionPropagation.ORPHAN)
        .delete();
    // the garbage collector, which is not here, has to let go of its children first
    assertThat(client.apps().deployments().withName("d").get().getMetadata().getFinalizers())
        .containsExactly("orphan");
  }
}
