package io.waybill.spec.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.message.Payload;
import io.waybill.message.Submission;
import io.waybill.spec.Reading;
import io.waybill.spec.load.SpecificationLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The shipped documents are read by the shipped specification. */
class ShippedDocumentsTest {

  private static final Reader READER =
      new Reader(SpecificationLoader.load(Path.of("config"), Map.of()), 1_000_000);

  static List<Path> documents() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("samples"))) {
      return files
          .filter(file -> file.toString().endsWith(".xml") || file.toString().endsWith(".json"))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("documents")
  void aShippedDocumentIsTypedAndKeyed(Path document) throws IOException {
    Submission submission =
        new Submission(
            new Payload(Files.readAllBytes(document), null, Map.of()),
            "sender",
            "file:" + document.getFileName(),
            null,
            Set.of(),
            null,
            Map.of(),
            null);

    assertThat(READER.read(submission))
        .isInstanceOfSatisfying(
            Reading.Read.class,
            read -> {
              assertThat(read.messageId()).isNotBlank();
              assertThat(read.businessId()).isNotBlank();
            });
  }
}
