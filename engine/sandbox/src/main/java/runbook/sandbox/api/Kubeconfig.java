package runbook.sandbox.api;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The file by which clients find the server. */
final class Kubeconfig {
  private Kubeconfig() {}

  static String text(String url, String pem, String token, String namespace) {
    return """
    apiVersion: v1
    kind: Config
    clusters:
      - name: sandbox
        cluster:
          server: %s
          certificate-authority-data: %s
    users:
      - name: %s
        user:
          token: %s
    contexts:
      - name: sandbox
        context: { cluster: sandbox, user: %s, namespace: %s }
    current-context: sandbox
    """
        .formatted(
            url,
            Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8)),
            Access.USER,
            token,
            Access.USER,
            namespace);
  }
}
