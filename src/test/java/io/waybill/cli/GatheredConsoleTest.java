package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GatheredConsoleTest {

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final LoggerContext context = new LoggerContext();
  private final GatheredConsole console = new GatheredConsole();
  private final Logger status = context.getLogger("io.waybill.status");
  private final Logger other = context.getLogger("io.waybill.broker.Loop");

  @BeforeEach
  void start() {
    context.setMDCAdapter(new LogbackMDCAdapter());
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern("%m%n");
    encoder.start();
    console.setContext(context);
    console.setEncoder(encoder);
    console.start();
    console.setOutputStream(written);
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.INFO);
    root.addAppender(console);
  }

  @AfterEach
  void stop() {
    context.stop();
  }

  private String text() {
    return written.toString(StandardCharsets.UTF_8);
  }

  @Test
  void linesAboutStatusesAreThereSoon() {
    status.info("one");
    status.info("two");

    await().untilAsserted(() -> assertThat(text()).isEqualTo("one\ntwo\n"));

    status.info("three");

    await().untilAsserted(() -> assertThat(text()).isEqualTo("one\ntwo\nthree\n"));
  }

  @Test
  void anythingElseIsThereAtOnceBehindWhatCameBefore() {
    status.info("one");
    other.info("two");

    assertThat(text()).isEqualTo("one\ntwo\n");
  }

  @Test
  void whatIsGatheredWhenTheLogEndsIsWritten() {
    status.info("one");
    context.stop();

    assertThat(text()).isEqualTo("one\n");
  }
}
