package runbook.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import runbook.world.Failure;

/**
 * The journal of a run: JSON Lines, appended, each line forced to disk before {@link #append}
 * returns. A last line that a crash tore is cut off; anything else that does not read is an error.
 */
public final class Journal implements AutoCloseable {
  private final FileChannel channel;
  private final Path file;

  private Journal(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** A new journal; there must be none yet. */
  public static Journal create(Path file) throws IOException {
    var channel =
        FileChannel.open(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    forceFolder(file);
    return new Journal(file, channel);
  }

  /** Goes on with a journal, behind its last whole line. */
  public static Journal reopen(Path file) throws IOException {
    var channel = FileChannel.open(file, StandardOpenOption.WRITE);
    channel.truncate(wholeLines(Files.readAllBytes(file)));
    channel.position(channel.size());
    return new Journal(file, channel);
  }

  /** The new name has to survive a power cut too. */
  private static void forceFolder(Path file) throws IOException {
    try (var folder =
        FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
      folder.force(true);
    } catch (IOException e) {
      // some systems cannot open a folder; the file itself is forced all the same
      if (Files.notExists(file)) throw e;
    }
  }

  private static int wholeLines(byte[] bytes) {
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] != '\n') end--;
    return end;
  }

  /** What a journal says so far, and whether its last line was torn. */
  public record Contents(List<Event> events, boolean torn) {}

  /** A {@link Failure} names the line that does not read. */
  public static Contents read(Path file) throws IOException {
    var bytes = Files.readAllBytes(file);
    int end = wholeLines(bytes);
    var events = new ArrayList<Event>();
    int number = 0;
    for (var line : new String(bytes, 0, end, StandardCharsets.UTF_8).split("\n", -1)) {
      number++;
      if (line.isEmpty()) continue;
      try {
        events.add(EventJson.read(line));
      } catch (IllegalArgumentException e) {
        throw Failure.refused(
            "Line " + number + " of the journal `" + file + "` cannot be read.",
            "Nothing was changed. Restore the journal from a copy, or look at that line with `less`.");
      }
    }
    return new Contents(List.copyOf(events), end < bytes.length);
  }

  public synchronized void append(Event event) {
    var line = ByteBuffer.wrap((EventJson.write(event) + "\n").getBytes(StandardCharsets.UTF_8));
    try {
      while (line.hasRemaining()) channel.write(line);
      channel.force(false);
    } catch (IOException e) {
      throw new Failure(
          Failure.Kind.FAILED,
          "The journal `" + file + "` cannot be written.",
          java.util.Optional.ofNullable(e.getMessage()),
          java.util.Optional.of("Look whether the disk is full. Nothing further is begun."),
          e);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    channel.close();
  }
}
