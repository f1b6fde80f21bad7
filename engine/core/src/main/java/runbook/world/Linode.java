package runbook.world;

import java.util.List;
import java.util.Optional;

/** Block storage at Linode (API v4). */
public interface Linode {

  /**
   * @param status {@code creating}, {@code active}, {@code resizing}, {@code key_rotating}, or a
   *     newer word
   * @param size in GB
   * @param linodeId of the machine it is attached to
   */
  record BlockVolume(
      long id,
      String label,
      String status,
      long size,
      String region,
      Optional<Long> linodeId,
      List<String> tags,
      String created) {}

  Optional<BlockVolume> volume(long id);

  /** All volumes with exactly this label (there should be one at most). */
  List<BlockVolume> volumesLabelled(String label);

  /**
   * Begins a clone; sent once. When the answer is lost, the failure is of kind {@code UNREACHABLE}
   * and the clone may exist: look for its label.
   */
  BlockVolume cloneVolume(long id, String label);

  /** Deletes a volume for ever. */
  void deleteVolume(long id);

  /** The token's scopes ({@code *} for all), from the {@code X-OAuth-Scopes} header. */
  List<String> scopes();
}
