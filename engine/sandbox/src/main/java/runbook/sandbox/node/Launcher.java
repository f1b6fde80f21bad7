package runbook.sandbox.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import runbook.sandbox.box.ContainerSpec;
import runbook.sandbox.box.Identity;
import runbook.sandbox.box.Mount;
import runbook.sandbox.image.Image;
import runbook.sandbox.json.Json;
import runbook.sandbox.store.Store;

/** Turns a container of a manifest, with its image, into what a box is made of. */
record Launcher(
    Store store, Downward downward, Volumes volumes, Path hosts, boolean users, Names names) {

  /**
   * @param message the file that the container may leave its last words in
   * @throws Fault when something that it refers to is missing, or is not allowed
   */
  ContainerSpec spec(Run run, Image image, Path message) throws Fault, IOException {
    JsonNode pod = downward.pod();
    String namespace = Json.text(pod, "metadata.namespace");
    Identity identity = identity(run, image);
    Map<String, String> given = new LinkedHashMap<>(image.environment());
    given.put("HOSTNAME", hostname(pod));
    boolean links = pod.path("spec").path("enableServiceLinks").asBoolean(true);
    Map<String, String> environment =
        new LinkedHashMap<>(
            Environment.of(store, downward, run.spec, given, names.variables(namespace, links)));
    environment.putIfAbsent("HOME", image.accounts().home(identity.user()));

    List<Mount> mounts = new ArrayList<>(image.mounts());
    mounts.add(new Mount.Bind(hosts, "/etc/hosts", false));
    Files.write(message, new byte[0]);
    Files.setAttribute(message, "unix:mode", 0666);
    String words = Json.text(run.spec, "terminationMessagePath");
    mounts.add(new Mount.Bind(message, words.isEmpty() ? "/dev/termination-log" : words, false));
    mounts.addAll(volumes.mounts(run.spec, environment));
    String directory = Json.text(run.spec, "workingDir");
    return new ContainerSpec(
        image.tree(),
        mounts,
        Environment.expand(command(run, image), environment),
        environment,
        directory.isEmpty() ? image.directory() : directory,
        hostname(pod),
        identity,
        run.spec.path("securityContext").path("readOnlyRootFilesystem").asBoolean());
  }

  static String hostname(JsonNode pod) {
    String given = Json.text(pod, "spec.hostname");
    String name = given.isEmpty() ? Json.text(pod, "metadata.name") : given;
    return name.substring(0, Math.min(63, name.length()));
  }

  private static List<String> command(Run run, Image image) throws Fault {
    List<String> command = texts(run.spec, "command");
    List<String> arguments = texts(run.spec, "args");
    List<String> words = new ArrayList<>(command.isEmpty() ? image.entrypoint() : command);
    words.addAll(arguments.isEmpty() && command.isEmpty() ? image.command() : arguments);
    if (words.isEmpty()) {
      throw new Fault("CreateContainerError", "no command specified");
    }
    return words;
  }

  private static List<String> texts(JsonNode spec, String key) {
    return Json.items(spec, key).map(JsonNode::asText).toList();
  }

  private Identity identity(Run run, Image image) throws Fault {
    ObjectNode pod = downward.pod();
    Optional<Long> user = security(run, "runAsUser");
    String named =
        user.map(String::valueOf).orElse(users ? image.user() : image.alone().orElse(image.user()));
    Identity base =
        image
            .accounts()
            .identity(named)
            .orElseThrow(() -> new Fault("CreateContainerError", "unable to find user " + named));
    boolean nonRoot =
        Stream.of(run.spec.path("securityContext"), pod.path("spec").path("securityContext"))
            .filter(c -> c.has("runAsNonRoot"))
            .findFirst()
            .map(c -> c.get("runAsNonRoot").asBoolean())
            .orElse(false);
    if (nonRoot && base.user() == 0) {
      throw Fault.config(
          "container has runAsNonRoot and image will run as root (pod: \"%s_%s(%s)\", container: %s)"
              .formatted(
                  Json.text(pod, "metadata.name"),
                  Json.text(pod, "metadata.namespace"),
                  Json.text(pod, "metadata.uid"),
                  run.name));
    }
    List<Integer> groups = new ArrayList<>();
    Json.number(pod, "spec.securityContext.fsGroup").ifPresent(g -> groups.add(g.intValue()));
    Json.items(pod, "spec.securityContext.supplementalGroups").forEach(g -> groups.add(g.asInt()));
    int group = security(run, "runAsGroup").map(Long::intValue).orElse(base.group());
    return new Identity(base.user(), group, groups);
  }

  private Optional<Long> security(Run run, String key) {
    return Json.number(run.spec, "securityContext." + key)
        .or(() -> Json.number(downward.pod(), "spec.securityContext." + key));
  }

  /** The hosts file of a pod: itself, what its manifest adds, and Services. */
  static void writeHosts(Path file, JsonNode pod, String address, Names names) throws IOException {
    var text = new StringBuilder();
    text.append("# Kubernetes-managed hosts file.\n");
    text.append("127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n");
    text.append(address).append('\t').append(hostname(pod)).append('\n');
    for (JsonNode alias : Json.items(pod, "spec.hostAliases").toList()) {
      text.append(Json.text(alias, "ip"))
          .append('\t')
          .append(String.join(" ", texts(alias, "hostnames")));
      text.append('\n');
    }
    text.append("# Services, where a cluster would have a name server.\n");
    text.append(names.hosts(Json.text(pod, "metadata.namespace")));
    // in place: containers have this very file mounted
    Files.writeString(file, text);
  }
}
