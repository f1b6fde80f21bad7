package runbook.sandbox.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the real kubectl does with a world, wherever there is a kubectl. */
@Tag("cluster")
@Timeout(300)
final class KubectlTest extends Kubectl {
  @Test
  void it_finds_out_what_is_served() throws Exception {
    assertThat(kubectl("version")).contains("Server Version: v1.35");
    assertThat(kubectl("api-resources")).contains("deployments", "persistentvolumeclaims", "pvc");
    assertThat(kubectl("explain deployment.spec.replicas")).contains("FIELD: replicas <integer>");
    assertThat(kubectl("auth can-i delete pods")).isEqualTo("yes\n");
  }

  @Test
  void it_applies_and_compares() throws Exception {
    var file = folder.resolve("b.yaml");
    Files.writeString(file, APP.formatted("b", "b", "b", "one"));
    assertThat(kubectl("apply -f b.yaml")).isEqualTo("deployment.apps/b created\n");
    assertThat(kubectl("apply -f b.yaml")).isEqualTo("deployment.apps/b unchanged\n");
    assertThat(kubectl("diff -f b.yaml")).isEmpty();
    Files.writeString(file, APP.formatted("b", "b", "b", "two"));
    var diff = run("diff", "-f", "b.yaml");
    assertThat(diff.code()).isEqualTo(1);
    assertThat(diff.output()).contains("echo one", "echo two");
    assertThat(kubectl("apply -f b.yaml")).isEqualTo("deployment.apps/b configured\n");
    assertThat(kubectl("apply --server-side -f b.yaml")).contains("serverside-applied");
    var other =
        run("apply", "--server-side", "--field-manager=x", "--dry-run=server", "-f", "b.yaml");
    assertThat(other.code()).as(other.output()).isZero();
    Files.writeString(file, APP.formatted("b", "b", "b", "three"));
    var conflict = run("apply", "--server-side", "--field-manager=x", "-f", "b.yaml");
    assertThat(conflict.code()).isEqualTo(1);
    assertThat(conflict.output())
        .contains("conflicts with \"kubectl\":", "[name=\"main\"].command");
    assertThat(kubectl("delete deploy b --wait=true")).contains("deleted");
  }

  @Test
  void it_creates_by_words() throws Exception {
    kubectl("create secret generic s --from-literal=a=b");
    assertThat(kubectl("get secret s -o jsonpath={.data.a}")).isEqualTo("Yg==");
    kubectl("create configmap c --from-literal=a=b");
    assertThat(kubectl("get configmap c -o jsonpath={.data.a}")).isEqualTo("b");
    kubectl("create deployment d --image=busybox:1.36 --replicas=2 -- sleep 100");
    kubectl("rollout status deploy d --timeout=30s");
    assertThat(kubectl("get deploy d")).contains("2/2");
    kubectl("delete deploy d --wait=false");
  }

  @Test
  void it_changes_and_rolls_out() throws Exception {
    Files.writeString(folder.resolve("r.yaml"), APP.formatted("r", "r", "r", "tick"));
    kubectl("apply -f r.yaml");
    kubectl("scale deploy r --replicas=2");
    assertThat(kubectl("rollout status deploy r --timeout=30s"))
        .contains("successfully rolled out");
    kubectl("set image deploy r main=busybox:1.37");
    kubectl("rollout status deploy r --timeout=30s");
    assertThat(kubectl("rollout history deploy r")).contains("1 ", "2 ");
    kubectl("rollout undo deploy r");
    kubectl("rollout restart deploy r");
    kubectl("rollout status deploy r --timeout=30s");
    assertThat(kubectl("get deploy r -o jsonpath={..image}")).isEqualTo("busybox:1.36");
    kubectl("label deploy r x=y");
    kubectl("annotate deploy r note=z");
    kubectl("patch deploy r -p {\"spec\":{\"replicas\":1}}");
    kubectl("wait --for=condition=Available deploy/r --timeout=30s");
    assertThat(kubectl("describe deploy r")).contains("x=y", "note: z", "ScalingReplicaSet");
    assertThat(kubectl("events --for deployment/r")).contains("Scaled up replica set");
    assertThat(kubectl("get deploy r -o wide")).contains("busybox:1.36", "app=r");
    kubectl("delete deploy r --wait=false");
  }

  @Test
  void it_reaches_into_pods() throws Exception {
    kubectl("rollout status deploy app --timeout=30s");
    var pod = kubectl("get pods -l app=app -o jsonpath={.items[0].metadata.name}");
    assertThat(kubectl("logs " + pod)).startsWith("tick\n");
    assertThat(kubectl("exec " + pod + " -- echo hi")).isEqualTo("hi\n");
    var failed = run("exec", pod, "--", "sh", "-c", "exit 7");
    assertThat(failed.code()).isEqualTo(7);
    assertThat(run("exec", pod, "--", "nosuchcommand").output())
        .contains("executable file not found in $PATH");
    var bytes = new byte[3_000_000];
    new Random(1).nextBytes(bytes);
    Files.write(folder.resolve("big"), bytes);
    kubectl("cp big " + pod + ":/tmp/big");
    kubectl("cp " + pod + ":/tmp/big back");
    assertThat(folder.resolve("back")).hasBinaryContent(bytes);
    assertThat(kubectl("get pod " + pod + " -o yaml")).contains("phase: Running");
    assertThat(kubectl("describe pod " + pod)).contains("Normal  Started");
  }
}
