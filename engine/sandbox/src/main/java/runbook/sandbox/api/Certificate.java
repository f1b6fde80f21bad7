package runbook.sandbox.api;

import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/**
 * A certificate for loopback, signed by itself, that ends with the sandbox.
 *
 * @param pem what a client has to trust
 */
record Certificate(SSLContext context, String pem) {
  static Certificate create() {
    var held =
        new HeldCertificate.Builder()
            .commonName("kube-apiserver")
            .addSubjectAlternativeName("127.0.0.1")
            .addSubjectAlternativeName("localhost")
            .certificateAuthority(0)
            .duration(30, TimeUnit.DAYS)
            .build();
    var certificates = new HandshakeCertificates.Builder().heldCertificate(held).build();
    return new Certificate(certificates.sslContext(), held.certificatePem());
  }
}
