package runbook.client;

import java.util.List;
import java.util.Map;
import retrofit2.Call;
import retrofit2.http.Body;
import retrofit2.http.DELETE;
import retrofit2.http.GET;
import retrofit2.http.POST;
import retrofit2.http.PUT;
import retrofit2.http.Path;
import retrofit2.http.Query;

/**
 * The calls of the Cloudflare API v4 that plans need; fields that it has beside these are ignored.
 */
interface CloudflareApi {
  record ErrorJson(int code, String message) {}

  /** The envelope of every answer: what counts is {@code success}, not the HTTP status alone. */
  record Answer<T>(boolean success, List<ErrorJson> errors, T result) {}

  record AccountJson(String id) {}

  record ZoneJson(String id, String name, String status, AccountJson account) {}

  /** Create, update and delete may give the id alone. */
  record RouteJson(String id, String pattern, String script) {}

  record ScriptJson(String id) {}

  @GET("zones")
  Call<Answer<List<ZoneJson>>> zones(@Query("name") String name);

  @GET("zones/{zone}/workers/routes")
  Call<Answer<List<RouteJson>>> routes(@Path("zone") String zone);

  @GET("zones/{zone}/workers/routes/{id}")
  Call<Answer<RouteJson>> route(@Path("zone") String zone, @Path("id") String id);

  @POST("zones/{zone}/workers/routes")
  Call<Answer<RouteJson>> create(@Path("zone") String zone, @Body Map<String, String> route);

  @PUT("zones/{zone}/workers/routes/{id}")
  Call<Answer<RouteJson>> update(
      @Path("zone") String zone, @Path("id") String id, @Body Map<String, String> route);

  @DELETE("zones/{zone}/workers/routes/{id}")
  Call<Answer<Map<String, Object>>> delete(@Path("zone") String zone, @Path("id") String id);

  @GET("accounts/{account}/workers/scripts")
  Call<Answer<List<ScriptJson>>> scripts(@Path("account") String account);
}
