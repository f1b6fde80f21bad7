package runbook.client;

import com.fasterxml.jackson.core.JsonProcessingException;
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
    return retry.send(harmless, () -> once(call.clone(), harmless, refusal));
  }

  private <T> Optional<Response<T>> once(Call<T> call, boolean harmless, Refusal refusal) {
    var title = call.request().method() + " " + call.request().url().encodedPath();
    Response<T> response;
    try {
      response = call.execute();
    } catch (JsonProcessingException e) {
      throw unreadable(title, harmless);
    } catch (IOException e) {
      if (Thread.currentThread().isInterrupted()) throw Failure.stopped("The run was interrupted.");
      throw new Retry.Passing(unreachable(title, e), Optional.empty(), KubernetesApi.neverSent(e));
    }
    if (response.isSuccessful()) {
      if (response.body() == null) throw unreadable(title, harmless);
      return Optional.of(response);
    }
    if (response.code() == 404) return Optional.empty();
    var failure = refusal.explain(response.code(), errorBody(response), title);
    if (response.code() == 429) {
      var busy =
          Failure.unreachable(
              name + " takes no more requests for now: it did not carry out `" + title + "`.",
              null);
      throw new Retry.Passing(
          failure.detail().map(busy::withDetail).orElse(busy),
          Retry.after(response.headers().get("Retry-After")),
          true);
    }
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

  /** A change that had such an answer may have been carried out. */
  private Failure unreadable(String call, boolean harmless) {
    var words = name + " gave an answer to `" + call + "` that cannot be read.";
    return harmless ? Failure.failed(words) : Failure.unreachable(words, null);
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
