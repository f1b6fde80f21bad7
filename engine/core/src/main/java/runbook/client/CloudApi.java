package runbook.client;

import java.io.IOException;
import java.util.Optional;
import retrofit2.Call;
import retrofit2.Response;
import runbook.world.Failure;

/**
 * Sends Retrofit calls: what passes by itself is repeated, what the cloud refuses is said in our
 * words.
 */
final class CloudApi {
  private final String name;
  private final Retry retry;

  /**
   * @param name of the cloud, for people
   */
  CloudApi(String name, Retry retry) {
    this.name = name;
    this.retry = retry;
  }

  /** What a refusal says, read from the body of its answer. */
  interface Refusal {
    Failure explain(int status, String body, String call);
  }

  /**
   * @param harmless whether sending it twice does no harm
   * @return the answer; empty when the status is 404
   */
  <T> Optional<Response<T>> send(Call<T> call, boolean harmless, Refusal refusal) {
    return retry.send(harmless, () -> once(call.clone(), refusal));
  }

  private <T> Optional<Response<T>> once(Call<T> call, Refusal refusal) {
    var title = call.request().method() + " " + call.request().url().encodedPath();
    Response<T> response;
    try {
      response = call.execute();
    } catch (IOException e) {
      throw new Retry.Passing(unreachable(title, e), Optional.empty(), KubernetesApi.neverSent(e));
    } catch (RuntimeException e) {
      throw Failure.failed(name + " gave an answer to `" + title + "` that cannot be read.")
          .withDetail(String.valueOf(e.getMessage()));
    }
    if (response.isSuccessful()) return Optional.of(response);
    if (response.code() == 404) return Optional.empty();
    var failure = refusal.explain(response.code(), errorBody(response), title);
    if (response.code() == 429)
      throw new Retry.Passing(failure, Retry.after(response.headers().get("Retry-After")), true);
    if (response.code() >= 500) {
      var down =
          Failure.unreachable(
              name
                  + " is out of order: it answered `"
                  + title
                  + "` with status "
                  + response.code()
                  + ".",
              null);
      throw new Retry.Passing(
          failure.detail().map(down::withDetail).orElse(down),
          Retry.after(response.headers().get("Retry-After")),
          false);
    }
    throw failure;
  }

  private Failure unreachable(String call, IOException e) {
    return Failure.unreachable(name + " did not answer `" + call + "`.", e)
        .withRemedy("Look whether this machine reaches " + name + ", and at its status page.");
  }

  private static String errorBody(Response<?> response) {
    try (var body = response.errorBody()) {
      return body == null ? "" : body.string();
    } catch (IOException e) {
      return "";
    }
  }
}
