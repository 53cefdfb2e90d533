package io.waybill.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.waybill.judge.Arrival;
import io.waybill.process.TestDestination.Fault;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The test destination")
class TestDestinationTest {

  private static final String POSTING = "0a1b-1-0-0";

  @TempDir Path folder;

  private final HttpClient client = HttpClient.newHttpClient();
  private DestinationLog log;
  private TestDestination destination;
  private volatile Fault fault = Fault.NONE;

  @BeforeEach
  void open() {
    log = new DestinationLog(folder.resolve("log"), TestDocument::read);
    destination = new TestDestination(log, () -> fault, Duration.ofMillis(50));
  }

  @AfterEach
  void close() {
    destination.close();
    log.close();
  }

  @Test
  void answersARepetitionAsTheFirstTimeAndWritesItDown() throws Exception {
    HttpResponse<String> first = post();
    HttpResponse<String> second = post();

    assertThat(second.body()).isEqualTo(first.body());
    assertThat(second.headers().firstValue("Idempotent-Replayed")).hasValue("true");
    assertThat(log.arrivals()).extracting(Arrival::repetition).containsExactly(false, true);
  }

  @Test
  void hasDoneItWhenTheAnswerIsLost() {
    fault = Fault.ANSWER_LOST;

    assertThatIOException().isThrownBy(this::post);
    assertThat(log.effects()).isEqualTo(1);
  }

  @Test
  void hasDoneItWhenTheAnswerIsAnError() throws Exception {
    fault = Fault.ERROR_AFTER_RECORDING;

    assertThat(post().statusCode()).isEqualTo(500);
    assertThat(log.effects()).isEqualTo(1);
  }

  @Test
  void hasNotDoneItWhenItIsBusyOrDown() throws Exception {
    fault = Fault.BUSY;
    assertThat(post().headers().firstValue("Retry-After")).hasValue("1");

    destination.down();
    assertThatIOException().isThrownBy(this::post);
    assertThat(log.arrivals()).isEmpty();

    fault = Fault.LATE;
    destination.up();
    assertThat(post().statusCode()).isEqualTo(200);
  }

  @Test
  void goesOnWithItsLogAfterARestart() throws Exception {
    post();
    log.close();
    try (DestinationLog again = new DestinationLog(folder.resolve("log"), TestDocument::read)) {
      assertThat(again.arrivals()).isEqualTo(log.arrivals());
      assertThat(again.record(POSTING, new byte[0]).repetition()).isTrue();
    }
  }

  private HttpResponse<String> post() throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(destination.url()))
            .header("Idempotency-Key", POSTING)
            .POST(
                HttpRequest.BodyPublishers.ofByteArray(
                    TestDocument.of("TellCustomer", "1", "K", "").body()))
            .build(),
        BodyHandlers.ofString());
  }
}
