package runbook.action;

import java.util.List;
import java.util.Optional;
import runbook.action.Checksum.Algorithm;
import runbook.type.FileRef;
import runbook.world.Failure;

/**
 * A file at one end of a copy. Whatever can be asked twice is asked again while the connection
 * fails.
 */
sealed interface FileEnd permits FileHere, FileInPod {
  /** Size of a piece; the last one may be smaller. */
  int PIECE = 8 << 20;

  /**
   * @param modified changes when the file does, as that end writes it
   */
  record Stat(long size, String modified) {}

  static FileEnd of(ActionContext context, FileRef ref) {
    return switch (context.place(ref.place())) {
      case Place.Here _ -> new FileHere(ref, context.localFile(ref));
      case Place.InPod in ->
          new FileInPod(
              context, Shell.in(context, PodFinder.find(context, in).target()), ref, ref.path());
    };
  }

  static Failure absent(FileRef ref) {
    return Failure.failed("`" + ref + "` does not exist.");
  }

  static int pieces(long size) {
    return Math.toIntExact((size + PIECE - 1) / PIECE);
  }

  static int length(int piece, long size) {
    return (int) Math.min(PIECE, size - (long) piece * PIECE);
  }

  /** Empty if there is none; a {@link Failure} if it is a folder or cannot be read. */
  Optional<Stat> stat();

  /** Of the whole file, in lower-case hexadecimal. */
  String digest(Algorithm algorithm);

  /** SHA-512 of each of its first pieces. */
  List<String> hashes(int pieces);

  /**
   * Reads a piece.
   *
   * @return its SHA-512 as that end computed it
   */
  String read(int piece, byte[] into, int length);

  /**
   * Writes a piece.
   *
   * @return its SHA-512 as read again there, and what that end complained of
   */
  Written write(int piece, byte[] from, int length);

  /** What was written, in that end's words. */
  record Written(String sha512, String complaint) {}

  /** Where the copy grows: beside the file, so that renaming it is one step. */
  FileEnd part();

  /** Makes it, with its folder, unless it is there; cuts it to at most that size. */
  void prepare(long size);

  /** Takes the place of the other file at the same end; harmless when done again. */
  void rename(FileEnd target);

  void delete();
}
