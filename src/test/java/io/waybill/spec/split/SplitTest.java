package io.waybill.spec.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.message.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplitTest {

  private static final int LARGEST = 1000;

  private static List<Part> parts(String split, String body) throws IOException {
    return parts(split, new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
  }

  private static List<Part> parts(String split, InputStream body) throws IOException {
    Parts parts = Split.of(split).parts(body, LARGEST);
    List<Part> all = new ArrayList<>();
    for (Part part = parts.next(); part != null; part = parts.next()) {
      all.add(part);
    }
    assertThat(parts.next()).isNull();
    return all;
  }

  private static String text(Part part) {
    return new String(part.body(), StandardCharsets.UTF_8);
  }

  private static List<String> readable(List<Part> parts) {
    return parts.stream().filter(part -> part.failure() == null).map(SplitTest::text).toList();
  }

  private static Part onlyUnread(List<Part> parts) {
    List<Part> unread = parts.stream().filter(part -> part.failure() != null).toList();
    assertThat(unread).hasSize(1);
    return unread.get(0);
  }

  @Test
  void aDocumentALineKeepsItsBytesAndItsNumber() throws IOException {
    List<Part> parts = parts("jsonl", "\uFEFF{\"a\":1}\r\n\n  \n{\"ä\":2}\n{\"c\":3}");

    assertThat(readable(parts)).containsExactly("{\"a\":1}", "{\"ä\":2}", "{\"c\":3}");
    assertThat(parts).extracting(Part::number).containsExactly(1L, 4L, 5L);
    assertThat(parts).extracting(Part::contentType).containsOnly("application/json");
  }

  @Test
  void aLineThatIsTooLongIsLeftOutAndTheRestGoesOn() throws IOException {
    List<Part> parts = parts("jsonl", "1\n" + "x".repeat(200_000) + "\n3\n");

    assertThat(readable(parts)).containsExactly("1", "3");
    Part unread = onlyUnread(parts);
    assertThat(unread.line()).isEqualTo(2);
    assertThat(unread.failure().reason()).isEqualTo(Reason.TOO_LARGE);
    assertThat(unread.failure().detail()).contains("Line 2 has 200,000 bytes", "1,000");
    assertThat(unread.body()).hasSizeLessThan(LARGEST);
  }

  @Test
  void aLineOfTheLargestSizeIsTakenAndOneMoreByteIsNot() throws IOException {
    String largest = "x".repeat(LARGEST);

    assertThat(readable(parts("jsonl", largest + "\r\n" + largest)))
        .containsExactly(largest, largest);
    assertThat(onlyUnread(parts("jsonl", largest + "y\n")).line()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {65_535, 65_536, 65_537, 131_072})
  void whereTheBufferEndsMakesNoDifference(int length) throws IOException {
    String line = "y".repeat(99);
    String body = (line + "\n").repeat(length / 100) + "z".repeat(length % 100) + "\nend";

    List<String> readable = readable(parts("jsonl", body));

    assertThat(readable.get(readable.size() - 1)).isEqualTo("end");
    assertThat(String.join("\n", readable)).isEqualTo(body.replace("\n\n", "\n"));
  }

  @Test
  void aRowIsAnObjectByTheNamesOfTheHeaderLine() throws IOException {
    List<Part> parts =
        parts(
            "csv",
            "\uFEFFid,name,note\r\n1,\"Kraus, Söhne\",\"he said \"\"no\"\"\"\r\n2,5\" pipe,\r\n3,\"two\nlines\",x\n");

    assertThat(readable(parts))
        .containsExactly(
            "{\"id\":\"1\",\"name\":\"Kraus, Söhne\",\"note\":\"he said \\\"no\\\"\"}",
            "{\"id\":\"2\",\"name\":\"5\\\" pipe\",\"note\":\"\"}",
            "{\"id\":\"3\",\"name\":\"two\\nlines\",\"note\":\"x\"}");
    assertThat(parts).extracting(Part::number).containsExactly(2L, 3L, 4L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"semicolon;", "tab\t", "pipe|", "comma,"})
  void columnsMayBeSeparatedOtherwise(String separator) throws IOException {
    String name = separator.substring(0, separator.length() - 1);
    String sign = separator.substring(separator.length() - 1);

    assertThat(readable(parts("csv:" + name, "a" + sign + "b\n1" + sign + "2\n")))
        .containsExactly("{\"a\":\"1\",\"b\":\"2\"}");
  }

  @Test
  void aRowWithTooManyFieldsFailsAndTheRestGoesOn() throws IOException {
    List<Part> parts = parts("csv", "a,b\n1,2\n3,4,5\n6\n7,8\n");

    assertThat(readable(parts)).hasSize(2);
    List<Part> unread = parts.stream().filter(part -> part.failure() != null).toList();
    assertThat(unread).extracting(Part::line).containsExactly(3L, 4L);
    assertThat(unread.get(0).failure().detail()).contains("Line 3", "3 fields", "2 columns");
    assertThat(text(unread.get(0))).isEqualTo("3,4,5");
  }

  @Test
  void aQuoteThatIsNeverClosedCostsItsRowOnly() throws IOException {
    List<Part> parts = parts("csv", "a,b\n1,\"open\n2,x\n3,y\n");

    assertThat(readable(parts))
        .containsExactly("{\"a\":\"2\",\"b\":\"x\"}", "{\"a\":\"3\",\"b\":\"y\"}");
    assertThat(onlyUnread(parts).line()).isEqualTo(2);
    assertThat(onlyUnread(parts).failure().detail()).contains("quote");
  }

  @Test
  void manyQuotesThatAreNeverClosedEndTheReading() throws IOException {
    // an even number of them in all: each closes the one before and leaves text behind it
    List<Part> parts =
        parts(
            "csv",
            "a,b\n" + "1,\"x\ty\n".repeat(1) + ("2," + "\"" + "z".repeat(990) + "\n").repeat(300));

    assertThat(parts.size()).isLessThan(302);
    assertThat(parts).allMatch(part -> part.failure() != null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a,a\n1,2\n", "a,,b\n1,2,3\n", "\"a\n1\n", ""})
  void aHeaderLineThatNamesNoColumnsEndsIt(String body) throws IOException {
    List<Part> parts = parts("csv", body);

    assertThat(parts).hasSize(1);
    assertThat(onlyUnread(parts).failure().detail()).contains("header line");
  }

  @Test
  void aRowThatIsNotUtf8Fails() throws IOException {
    byte[] body = "a,b\n1,ü\n2,x\n".getBytes(StandardCharsets.ISO_8859_1);

    List<Part> parts = parts("csv", new ByteArrayInputStream(body));

    assertThat(readable(parts)).containsExactly("{\"a\":\"2\",\"b\":\"x\"}");
    assertThat(onlyUnread(parts).failure().detail()).contains("Line 2", "UTF-8");
  }

  @Test
  void anElementIsADocumentWithTheNameSpacesThatHold() throws IOException {
    String body =
        """
        <?xml version="1.0"?>
        <o:orders xmlns:o="urn:o" xmlns="urn:d" xmlns:x="urn:outer">
          <note>not this</note>
          <o:order id="1" x:a="&lt;b&gt;"><line>ä &amp; b</line></o:order>
          <o:order xmlns:x="urn:inner" id="2"><!-- why --><x:l/><o:order>inside</o:order></o:order>
        </o:orders>
        """;

    List<Part> parts = parts("xml:{urn:o}order", body);

    assertThat(readable(parts)).hasSize(2);
    assertThat(readable(parts).get(0))
        .contains("xmlns:o=\"urn:o\"", "xmlns=\"urn:d\"", "xmlns:x=\"urn:outer\"")
        .contains("x:a=\"&lt;b&gt;\"", "<line>ä &amp; b</line>");
    assertThat(readable(parts).get(1))
        .contains("xmlns:x=\"urn:inner\"", "<o:order>inside</o:order>")
        .doesNotContain("urn:outer");
    assertThat(parts).extracting(Part::number).containsExactly(1L, 2L);
    assertThat(parts).extracting(Part::line).containsExactly(4L, 5L);
    for (String one : readable(parts)) {
      // each is well-formed on its own
      assertThat(parts("xml:{urn:o}order", one))
          .hasSize(1)
          .allMatch(part -> part.failure() == null);
    }
  }

  @Test
  void whatIsNotWellFormedEndsItWithItsLine() throws IOException {
    List<Part> parts = parts("xml:a", "<r>\n<a>1</a>\n<a>2</b>\n<a>3</a></r>");

    assertThat(readable(parts)).containsExactly("<a>1</a>");
    Part unread = onlyUnread(parts);
    assertThat(unread.line()).isEqualTo(3);
    assertThat(unread.failure().detail()).contains("not well-formed at line 3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<!DOCTYPE r [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><r><a>&e;</a></r>",
        "<!DOCTYPE r [<!ENTITY e \"x\">]><r><a>1</a></r>",
        "<r><a>&e;</a></r>",
        "<r><b/></r>",
        "no xml",
        ""
      })
  void whatCannotBeReadAsXmlIsOneFailure(String body) throws IOException {
    List<Part> parts = parts("xml:a", body);

    assertThat(readable(parts)).isEmpty();
    assertThat(text(onlyUnread(parts))).doesNotContain("root:");
  }

  @Test
  void anElementThatIsTooLargeIsLeftOutAndTheRestGoesOn() throws IOException {
    String many = "<l>" + "x".repeat(100) + "</l>";
    List<Part> parts = parts("xml:a", "<r><a>1</a><a>" + many.repeat(5000) + "</a><a>3</a></r>");

    assertThat(readable(parts)).containsExactly("<a>1</a>", "<a>3</a>");
    assertThat(onlyUnread(parts).failure().reason()).isEqualTo(Reason.TOO_LARGE);
    assertThat(onlyUnread(parts).number()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"<r><a x=\"", "<r><a><!--", "<r><a><", "<r><?pi "})
  void whatNeverEndsIsNotGathered(String begin) throws IOException {
    List<Part> parts = parts("xml:a", endless(begin));

    assertThat(onlyUnread(parts).failure().detail()).contains("Nothing behind it was read");
  }

  @ParameterizedTest
  @ValueSource(strings = {"jsonl", "csv"})
  void aGigabyteWithoutALineFeedIsOneFailure(String split) throws IOException {
    List<Part> parts = parts(split, endless(""));

    assertThat(parts).hasSize(1);
    assertThat(onlyUnread(parts).body()).hasSizeLessThan(LARGEST);
  }

  /** A gigabyte that nothing keeps. */
  private static InputStream endless(String begin) {
    return new SequenceInputStream(
        new ByteArrayInputStream(begin.getBytes(StandardCharsets.UTF_8)),
        new InputStream() {
          private long left = 1 << 30;

          @Override
          public int read() {
            return left-- > 0 ? 'x' : -1;
          }

          @Override
          public int read(byte[] bytes, int offset, int length) {
            int read = (int) Math.min(left, length);
            java.util.Arrays.fill(bytes, offset, offset + read, (byte) 'x');
            left -= read;
            return read > 0 ? read : -1;
          }
        });
  }

  @Test
  void aBodyThatBreaksOffIsNoDocument() {
    InputStream broken =
        new SequenceInputStream(
            new ByteArrayInputStream("<r><a>1</a><a>2".getBytes(StandardCharsets.UTF_8)),
            new InputStream() {
              @Override
              public int read() throws IOException {
                throw new IOException("the disk");
              }
            });

    assertThatThrownBy(() -> parts("xml:a", broken)).hasMessage("the disk");
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "xml", "xml:", "xml:{urn", "csv:;", "JSONL", "xml:a/b"})
  void whatIsNoSplitIsRefusedWithWhatToWrite(String split) {
    assertThatThrownBy(() -> Split.of(split))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + split + "'")
        .hasMessageContaining("write jsonl, csv");
  }
}
