package runbook.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import runbook.world.Failure;
import runbook.world.Linode;

/** Block storage over the Linode API v4. */
final class LinodeClient implements Linode {
  private static final int PAGE = 100;
  private static final int FEWEST = 25;

  private final Supplier<LinodeApi> api;
  private final CloudApi cloud;

  LinodeClient(Supplier<LinodeApi> api, Retry retry) {
    this.api = api;
    this.cloud = new CloudApi("Linode", retry);
  }

  @Override
  public Optional<BlockVolume> volume(long id) {
    return cloud.send(api.get().volume(id), true, LinodeClient::refused).map(r -> volume(r.body()));
  }

  @Override
  public List<BlockVolume> volumesLabelled(String label) {
    var found = new ArrayList<BlockVolume>();
    for (int page = 1, pages = 1; page <= pages; page++) {
      var answer =
          cloud
              .send(api.get().volumes(filter(label), page, PAGE), true, LinodeClient::refused)
              .orElseThrow(() -> Failure.failed("Linode has no list of volumes."))
              .body();
      pages = answer.pages();
      answer.data().stream()
          .filter(v -> v.label().equals(label))
          .map(LinodeClient::volume)
          .forEach(found::add);
    }
    return List.copyOf(found);
  }

  private static String filter(String label) {
    try {
      return KubernetesApi.JSON.writeValueAsString(Map.of("label", label));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Override
  public BlockVolume cloneVolume(long id, String label) {
    return cloud
        .send(api.get().cloneVolume(id, Map.of("label", label)), false, LinodeClient::refused)
        .map(r -> volume(r.body()))
        .orElseThrow(() ->
            Failure.refused(
                "There is no Linode volume " + id + " to clone.",
                "Look at the volume in the Linode manager."));
  }

  @Override
  public void deleteVolume(long id) {
    cloud.send(api.get().deleteVolume(id), true, LinodeClient::refused);
  }

  /** From an answer about volumes: the profile is not for a token that may do volumes only. */
  @Override
  public List<String> scopes() {
    var header =
        cloud
            .send(api.get().volumes("{}", 1, FEWEST), true, LinodeClient::refused)
            .map(r -> r.headers().get("X-OAuth-Scopes"));
    return header.map(h -> List.of(h.strip().split("[ ,]+"))).orElse(List.of());
  }

  private static BlockVolume volume(LinodeApi.VolumeJson v) {
    return new BlockVolume(
        v.id(),
        v.label(),
        v.status(),
        v.size(),
        v.region(),
        Optional.ofNullable(v.linodeId()),
        v.tags() == null ? List.of() : v.tags(),
        v.created() == null ? "" : v.created());
  }

  /** {@code {"errors": [{"reason": …, "field": …}]}}. */
  private static Failure refused(int status, String body, String call) {
    var reasons = new ArrayList<String>();
    try {
      for (var e : KubernetesApi.JSON.readTree(body).path("errors")) {
        reasons.add(
            (e.hasNonNull("field") ? "`" + e.path("field").asText() + "`: " : "")
                + e.path("reason").asText());
      }
    } catch (JsonProcessingException e) {
      reasons.add(body.strip());
    }
    var failure =
        switch (status) {
          case 401, 403 ->
              Failure.refused(
                  "Linode does not allow `" + call + "`.",
                  "The token needs the scope `volumes:read_write`; give one in `LINODE_TOKEN` or in the plan's connections.");
          default ->
              Failure.refused(
                  "Linode refused `" + call + "` (status " + status + ").",
                  "Look at what it says, and at the volume in the Linode manager.");
        };
    return reasons.isEmpty() ? failure : failure.withDetail(String.join("\n", reasons));
  }
}
