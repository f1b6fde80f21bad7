package runbook.client;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import retrofit2.Call;
import retrofit2.http.Body;
import retrofit2.http.DELETE;
import retrofit2.http.GET;
import retrofit2.http.Header;
import retrofit2.http.POST;
import retrofit2.http.Path;
import retrofit2.http.Query;

/** The calls of the Linode API v4 that plans need; fields that it has beside these are ignored. */
interface LinodeApi {
  /**
   * A volume: {@code linode_id} is null while it is detached, {@code created} is UTC without a
   * zone.
   */
  record VolumeJson(
      long id,
      String label,
      String status,
      long size,
      String region,
      @JsonProperty("linode_id") Long linodeId,
      List<String> tags,
      String created) {}

  record PageJson(List<VolumeJson> data, int page, int pages) {}

  @GET("volumes")
  Call<PageJson> volumes(
      @Header("X-Filter") String filter, @Query("page") int page, @Query("page_size") int size);

  @GET("volumes/{id}")
  Call<VolumeJson> volume(@Path("id") long id);

  @POST("volumes/{id}/clone")
  Call<VolumeJson> cloneVolume(@Path("id") long id, @Body Map<String, String> label);

  @DELETE("volumes/{id}")
  Call<Map<String, Object>> deleteVolume(@Path("id") long id);
}
