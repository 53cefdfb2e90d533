package io.waybill.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PostingIdTest {

  private static final Fingerprint BYTES =
      Fingerprint.of("<Order/>".getBytes(StandardCharsets.UTF_8));

  private static PostingId id(String operation, String sender, String messageId, int run) {
    return PostingId.of(operation, sender, messageId, BYTES, run, 0, 0);
  }

  @Test
  void theSameDocumentHasTheSameIdInEveryJournal() {
    assertThat(id("PlaceOrder", "acme", "7", 1)).isEqualTo(id("PlaceOrder", "acme", "7", 1));
  }

  @Test
  void anotherRunSenderOrPartOfTheKeyHasAnother() {
    assertThat(id("PlaceOrder", "acme", "7", 2)).isNotEqualTo(id("PlaceOrder", "acme", "7", 1));
    assertThat(id("PlaceOrder", "acm", "e7", 1)).isNotEqualTo(id("PlaceOrder", "acme", "7", 1));
    assertThat(PostingId.of("PlaceOrder", "acme", "7", Fingerprint.of(new byte[0]), 1, 0, 0))
        .isNotEqualTo(id("PlaceOrder", "acme", "7", 1));
  }

  @Test
  void itFitsIntoAHeaderAndAJmsProperty() {
    assertThat(id("PlaceOrder", "Ünïcode\n", "7".repeat(200), 1).text()).matches("[0-9a-f-]{1,60}");
  }
}
