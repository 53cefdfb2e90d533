package io.waybill.spec.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.message.LaneName;
import io.waybill.message.Numbered;
import io.waybill.message.Payload;
import io.waybill.message.Reason;
import io.waybill.message.Submission;
import io.waybill.spec.Reading;
import io.waybill.spec.load.ConfigFolder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which number a document has in which lane. */
class NumbersReadTest {

  @TempDir static Path folder;
  private static Reader reader;

  @BeforeAll
  static void specification() {
    reader =
        new Reader(
            new ConfigFolder(folder)
                .with("destinations.yaml", "waybill.destinations.erp: { delivery: repeat }\n")
                .with(
                    "operations.yaml",
                    "waybill.operations: { Move: { id: { json: /id }, post: erp } }\n")
                .with(
                    "sequencing.yaml",
                    """
                    waybill.sequencing:
                      groups:
                        account:
                          lock-name-space: acct
                          operations:
                            Move: { keys: [ { json: /to }, { json: /from } ], number: { json: /seq } }
                        day:
                          lock-name-space: day
                          operations:
                            Move: { key: { json: /day }, number: { header: Count, first: 0 } }
                    """)
                .load(),
            1_000);
  }

  private static Reading read(String seq) {
    String body =
        "{\"id\": 1, \"to\": \"a\", \"from\": \"b\", \"day\": 3, \"seq\": %s}".formatted(seq);
    return reader.read(
        new Submission(
            new Payload(body.getBytes(StandardCharsets.UTF_8), null, Map.of()),
            "acme",
            "test",
            "Move",
            Set.of(),
            null,
            Map.of("Count", "0"),
            null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "\"7\"", "\" 007 \""})
  void theLaneOfTheFirstKeyOfEachGroupIsNumbered(String seq) {
    assertThat(((Reading.Read) read(seq)).numbers())
        .containsExactly(
            new Numbered(new LaneName("acct", "a"), 7), new Numbered(new LaneName("day", "3"), 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1.5", "\"x\"", "\"1234567890123456789\"", "1e3"})
  void whatIsNoWholeNumberFailsTheDocument(String seq) {
    Reading.Unread unread = (Reading.Unread) read(seq);
    assertThat(unread.reason()).isEqualTo(Reason.UNKEYED);
    assertThat(unread.detail())
        .startsWith("The number in lock name space acct of Move (json: /seq, ")
        .endsWith("is no whole number from 0 with at most 18 digits");
  }

  @Test
  void aMissingNumberFailsTheDocument() {
    assertThat(((Reading.Unread) read("null")).detail())
        .startsWith("The number in lock name space acct of Move (json: /seq, ")
        .endsWith("cannot be used: it is null");
  }
}
