package runbook.sandbox.contract;

import java.util.Optional;

/** The contract on the laboratory of the test cluster. */
@OnCluster
final class CloudflareOfTheLaboratoryTest extends CloudflareContract {
  private static String environment(String name) {
    return Optional.ofNullable(System.getenv(name))
        .orElseThrow(() -> new IllegalStateException(name + " is not set"));
  }

  @Override
  Api api() {
    return Api.with(
        environment("CLOUDFLARE_API_URL").replaceAll("/client/v4$", ""),
        environment("CLOUDFLARE_API_TOKEN"));
  }

  @Override
  String readOnlyToken() {
    return environment("CLOUDFLARE_API_TOKEN") + "-readonly";
  }

  @Override
  Api edge() {
    return new Api(environment("EDGE_URL"), Optional.empty());
  }

  @Override
  String zoneName() {
    return "pythondiscord.com";
  }
}
