package runbook.action;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import runbook.action.Checksum.Algorithm;
import runbook.world.Failure;

/**
 * Brings the part file to the state of the original, piece by piece, in constant memory: two pieces
 * are on their way at a time, so that the line is busy while one of them is hashed.
 */
final class Copying {
  private static final int LANES = 2;
  private static final int TRIES = 4;

  private final ActionContext context;
  private final FileEnd from;
  private final FileEnd part;
  private final long size;
  private final AtomicLong transferred = new AtomicLong();
  private final AtomicLong there = new AtomicLong();

  Copying(ActionContext context, FileEnd from, FileEnd part, long size) {
    this.context = context;
    this.from = from;
    this.part = part;
    this.size = size;
  }

  /**
   * What came of it.
   *
   * @param source SHA-512 of the original
   * @param copy SHA-512 of the part file
   */
  record Result(String source, String copy, long transferred) {}

  /** Copies what is not there yet, and hashes both files. */
  Result copy() {
    var pieces = FileEnd.pieces(size);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        var source = threads.submit(() -> from.digest(Algorithm.sha512));
        var arrived = arrived(threads, pieces);
        // a copy on this machine is hashed while it grows
        var copy =
            part instanceof FileHere here ? threads.submit(() -> follow(here, arrived)) : null;
        var missing = new ConcurrentLinkedQueue<Integer>();
        for (int i = 0; i < pieces; i++) if (!arrived.get(i).isDone()) missing.add(i);
        var lanes = new ArrayList<Future<?>>();
        for (int i = 0; i < Math.min(LANES, missing.size()); i++)
          lanes.add(threads.submit(() -> lane(missing, arrived)));
        for (var lane : lanes) await(lane);
        return new Result(
            await(source),
            copy == null ? part.digest(Algorithm.sha512) : await(copy),
            transferred.get());
      } catch (Failure f) {
        threads.shutdownNow();
        throw f;
      }
    }
  }

  /** A promise for each piece, kept already for those that an earlier attempt has brought. */
  private List<CompletableFuture<Void>> arrived(ExecutorService threads, int pieces) {
    var arrived = new ArrayList<CompletableFuture<Void>>();
    for (int i = 0; i < pieces; i++) arrived.add(new CompletableFuture<>());
    var before = part.stat().map(FileEnd.Stat::size).orElse(0L);
    part.prepare(size);
    var known = FileEnd.pieces(Math.min(before, size));
    if (known == 0) return arrived;
    context.progress().say("An earlier attempt left a part of the copy; comparing it.");
    Callable<List<String>> ours = () -> from.hashes(known);
    var original = threads.submit(ours);
    var copied = part.hashes(known);
    var hashes = await(original);
    for (int i = 0; i < Math.min(hashes.size(), copied.size()); i++)
      if (hashes.get(i).equals(copied.get(i))) done(arrived.get(i), i);
    return arrived;
  }

  private void done(CompletableFuture<Void> promise, int piece) {
    context.progress().bytes(there.addAndGet(FileEnd.length(piece, size)), size);
    promise.complete(null);
  }

  private static String follow(FileHere copy, List<CompletableFuture<Void>> arrived)
      throws InterruptedException, ExecutionException {
    var digest = FileHere.digester(Algorithm.sha512);
    for (int i = 0; i < arrived.size(); i++) {
      arrived.get(i).get();
      copy.update(digest, (long) i * FileEnd.PIECE, FileEnd.PIECE);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private void lane(ConcurrentLinkedQueue<Integer> missing, List<CompletableFuture<Void>> arrived) {
    var buffer = new byte[(int) Math.min(FileEnd.PIECE, size)];
    for (Integer piece; (piece = missing.poll()) != null; ) {
      Shell.stopIfAsked();
      piece(piece, buffer);
      done(arrived.get(piece), piece);
    }
  }

  private void piece(int piece, byte[] buffer) {
    var length = FileEnd.length(piece, size);
    for (int attempt = 1; ; attempt++) {
      java.util.Arrays.fill(buffer, 0, length, (byte) 0);
      var sent = from.read(piece, buffer, length);
      var here = FileHere.sha512(buffer, length);
      transferred.addAndGet(length);
      if (!sent.equals(here)) {
        if (attempt == TRIES) throw changed(piece, "read", sent, here, "");
        continue;
      }
      var written = part.write(piece, buffer, length);
      if (written.sha512().equals(here)) return;
      if (attempt == TRIES)
        throw changed(piece, "written", here, written.sha512(), written.complaint());
    }
  }

  private Failure changed(int piece, String how, String sent, String arrived, String complaint) {
    context.progress().say("Piece " + piece + " is not what it was when it was " + how + ".");
    return Failure.failed(
            "The bytes change on the way: piece "
                + (piece + 1)
                + " of "
                + FileEnd.pieces(size)
                + ", at offset "
                + (long) piece * FileEnd.PIECE
                + ", arrived "
                + TRIES
                + " times with another SHA-512 when it was "
                + how
                + ".")
        .withDetail(
            ("sent:    " + sent + "\narrived: " + arrived + "\n" + complaint).stripTrailing())
        .withRemedy(
            "Look for a broken machine, disk or proxy between the two places; what arrived intact"
                + " is kept for the next attempt.");
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.stopped("The copy was stopped; what has arrived is kept for the next time.");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException r) throw r;
      if (e.getCause() instanceof Error error) throw error;
      throw new IllegalStateException(e.getCause());
    }
  }
}
