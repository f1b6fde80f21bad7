package runbook.sandbox.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.zip.Adler32;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The frames of SPDY/3.1 as a client sends and reads them. */
@Timeout(30)
final class SpdyTest {
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  private final DataOutputStream client = new DataOutputStream(sent);
  private final ByteArrayOutputStream answered = new ByteArrayOutputStream();
  private final Deflater deflater = new Deflater();
  private final LinkedBlockingQueue<SpdyStream> opened = new LinkedBlockingQueue<>();

  SpdyTest() {
    deflater.setDictionary(Spdy.DICTIONARY);
  }

  private void open(int id, Map<String, String> headers) throws IOException {
    var block = new ByteArrayOutputStream();
    var data = new DataOutputStream(block);
    data.writeInt(headers.size());
    for (var header : headers.entrySet()) {
      data.writeInt(header.getKey().length());
      data.writeBytes(header.getKey());
      data.writeInt(header.getValue().length());
      data.writeBytes(header.getValue());
    }
    deflater.setInput(block.toByteArray());
    var packed = new byte[4096];
    int length = deflater.deflate(packed, 0, packed.length, Deflater.SYNC_FLUSH);
    client.writeInt(0x80030001);
    client.writeInt(10 + length);
    client.writeInt(id);
    client.writeInt(0);
    client.writeShort(0);
    client.write(packed, 0, length);
  }

  private void data(int id, String text, boolean last) throws IOException {
    client.writeInt(id);
    client.writeInt((last ? 1 << 24 : 0) | text.length());
    client.writeBytes(text);
  }

  private void serve() throws IOException {
    new Spdy(new ByteArrayInputStream(sent.toByteArray()), answered).serve(opened::add);
  }

  @Test
  void theDictionaryIsThatOfTheSpecification() {
    var sum = new Adler32();
    sum.update(Spdy.DICTIONARY);
    assertThat(Spdy.DICTIONARY).hasSize(1423);
    assertThat(sum.getValue()).isEqualTo(0xe3c6a7c2L);
  }

  @Test
  void streamsAreOpenedAndReadApartFromEachOther() throws Exception {
    open(1, Map.of("StreamType", "error", "Port", "80"));
    open(3, Map.of("StreamType", "data", "Port", "80"));
    data(3, "hel", false);
    data(1, "", true);
    data(3, "lo", true);
    serve();
    var errors = opened.take();
    var data = opened.take();
    assertThat(errors.headers()).containsEntry("streamtype", "error").containsEntry("port", "80");
    assertThat(data.headers()).containsEntry("streamtype", "data");
    assertThat(data.in().readAllBytes()).asString().isEqualTo("hello");
    assertThat(errors.in().readAllBytes()).isEmpty();
  }

  @Test
  void whatIsOpenedIsAnsweredAndWhatIsSentHasItsStream() throws Exception {
    open(1, Map.of("a", "b"));
    open(3, Map.of("a", "b"));
    serve();
    var frames = new DataInputStream(new ByteArrayInputStream(answered.toByteArray()));
    var inflater = new Inflater();
    for (int id : new int[] {1, 3}) {
      assertThat(frames.readInt()).isEqualTo(0x80030002);
      var payload = frames.readNBytes(frames.readInt());
      assertThat(new DataInputStream(new ByteArrayInputStream(payload)).readInt()).isEqualTo(id);
      inflater.setInput(payload, 4, payload.length - 4);
      var plain = new byte[8];
      if (inflater.inflate(plain) == 0 && inflater.needsDictionary()) {
        inflater.setDictionary(Spdy.DICTIONARY);
        assertThat(inflater.inflate(plain)).isEqualTo(4);
      }
      assertThat(plain).containsOnly(0);
    }
    assertThat(frames.read()).isEqualTo(-1);
  }

  @Test
  void aPingComesBackAndAResetEndsItsStream() throws Exception {
    open(1, Map.of("a", "b"));
    data(1, "lost with the stream", false);
    client.writeInt(0x80030003);
    client.writeInt(8);
    client.writeInt(1);
    client.writeInt(5);
    client.writeInt(0x80030006);
    client.writeInt(4);
    client.writeInt(77);
    serve();
    var stream = opened.take();
    assertThat(stream.in().readAllBytes()).isEmpty();
    assertThatThrownBy(() -> stream.send(new byte[1], 0, 1)).isInstanceOf(IOException.class);
    var all = answered.toByteArray();
    var last = new DataInputStream(new ByteArrayInputStream(all, all.length - 12, 12));
    assertThat(last.readInt()).isEqualTo(0x80030006);
    assertThat(last.readInt()).isEqualTo(4);
    assertThat(last.readInt()).isEqualTo(77);
  }

  @Test
  void foreignBytesAreNoMoreThanAnError() throws Exception {
    open(1, Map.of("streamtype", "data"));
    data(1, "some text", true);
    var good = sent.toByteArray();
    var random = new Random(7);
    for (int round = 0; round < 20_000; round++) {
      var bytes = good.clone();
      for (int i = random.nextInt(4); i >= 0; i--)
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      try {
        new Spdy(new ByteArrayInputStream(bytes), new ByteArrayOutputStream()).serve(_ -> {});
      } catch (IOException told) {
        // as it should be
      }
    }
  }
}
