package runbook.sandbox.contract;

import java.util.Optional;

/** The contract on the laboratory of the test cluster. */
@OnCluster
final class LinodeOfTheLaboratoryTest extends LinodeContract {
  private static String environment(String name) {
    return Optional.ofNullable(System.getenv(name))
        .orElseThrow(() -> new IllegalStateException(name + " is not set"));
  }

  @Override
  Api api() {
    return Api.with(
        environment("LINODE_API_URL").replaceAll("/v4$", ""), environment("LINODE_TOKEN"));
  }

  @Override
  String readOnlyToken() {
    return environment("LINODE_TOKEN") + "-readonly";
  }

  @Override
  long machine() {
    return 1001;
  }

  @Override
  String region() {
    return "eu-central";
  }
}
