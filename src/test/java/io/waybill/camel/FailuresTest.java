package io.waybill.camel;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.message.Outcome;
import io.waybill.spec.DeliveryClass;
import io.waybill.spec.Destination;
import io.waybill.spec.Destination.Classify;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.activemq.artemis.api.core.ActiveMQAddressFullException;
import org.apache.activemq.artemis.api.core.ActiveMQConnectionTimedOutException;
import org.apache.activemq.artemis.api.core.ActiveMQDuplicateIdException;
import org.apache.activemq.artemis.api.core.ActiveMQNotConnectedException;
import org.apache.activemq.artemis.api.core.ActiveMQUnBlockedException;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.component.file.GenericFileOperationFailedException;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataIntegrityViolationException;

class FailuresTest {

  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

  private final Failures failures = new Failures(Clock.fixed(NOW, ZoneOffset.UTC));
  private final Destination erp = Destinations.of("erp", DeliveryClass.DEDUPLICATING);

  static Stream<Arguments> table() {
    return Stream.of(
        row(http(400), Outcome.Refused.class),
        row(http(401), Outcome.Unavailable.class),
        row(http(403), Outcome.Unavailable.class),
        row(http(404), Outcome.Unavailable.class),
        row(http(407), Outcome.Unavailable.class),
        row(http(408), Outcome.Transient.class),
        row(http(409), Outcome.Refused.class),
        row(http(422), Outcome.Refused.class),
        row(http(425), Outcome.Transient.class),
        row(http(429), Outcome.Unavailable.class),
        row(http(500), Outcome.Ambiguous.class),
        row(http(501), Outcome.Ambiguous.class),
        row(http(502), Outcome.Ambiguous.class),
        row(http(503), Outcome.Unavailable.class),
        row(http(504), Outcome.Ambiguous.class),
        row(http(302), Outcome.Ambiguous.class),
        row(new ConnectException("refused"), Outcome.Unavailable.class),
        row(new UnknownHostException("erp"), Outcome.Unavailable.class),
        row(new NoRouteToHostException(), Outcome.Unavailable.class),
        row(new ConnectTimeoutException("slow"), Outcome.Unavailable.class),
        row(new SocketTimeoutException("Read timed out"), Outcome.Ambiguous.class),
        row(new SocketException("Connection reset"), Outcome.Ambiguous.class),
        row(new NoHttpResponseException("gone"), Outcome.Ambiguous.class),
        row(sql("40001"), Outcome.Transient.class),
        row(sql("40P01"), Outcome.Transient.class),
        row(sql("40003"), Outcome.Ambiguous.class),
        row(sql("22001"), Outcome.Refused.class),
        row(sql("23505"), Outcome.Refused.class),
        row(sql("42P01"), Outcome.Unavailable.class),
        row(sql("08001"), Outcome.Unavailable.class),
        row(sql("08006"), Outcome.Ambiguous.class),
        row(sql("53300"), Outcome.Unavailable.class),
        row(sql(null), Outcome.Ambiguous.class),
        row(new SQLTransientConnectionException("pool"), Outcome.Unavailable.class),
        row(new DataIntegrityViolationException("no", sql("23502")), Outcome.Refused.class),
        row(new CannotAcquireLockException("deadlock"), Outcome.Transient.class),
        row(jms(new ActiveMQNotConnectedException()), Outcome.Unavailable.class),
        row(jms(new ActiveMQAddressFullException()), Outcome.Unavailable.class),
        row(jms(new ActiveMQConnectionTimedOutException()), Outcome.Ambiguous.class),
        row(jms(unblocked()), Outcome.Ambiguous.class),
        row(jms(new ActiveMQDuplicateIdException()), Outcome.Posted.class),
        row(new jakarta.jms.JMSException("lost"), Outcome.Ambiguous.class),
        row(new jakarta.jms.InvalidDestinationException("none"), Outcome.Unavailable.class),
        row(new jakarta.jms.JMSSecurityException("no"), Outcome.Unavailable.class),
        row(new jakarta.jms.MessageFormatException("no"), Outcome.Refused.class),
        row(file(new FileNotFoundException("/none")), Outcome.Unavailable.class),
        row(file(new AccessDeniedException("/none")), Outcome.Unavailable.class),
        row(file(new FileAlreadyExistsException("/there")), Outcome.Refused.class),
        row(file(new IOException("No space left on device")), Outcome.Ambiguous.class),
        row(new GenericFileOperationFailedException(552, "full"), Outcome.Unavailable.class),
        row(new GenericFileOperationFailedException(226, "odd"), Outcome.Ambiguous.class),
        row(new org.apache.camel.ValidationException(null, "bad"), Outcome.Refused.class),
        row(new IllegalStateException("a bug"), Outcome.Ambiguous.class),
        row(new Exception("unheard of"), Outcome.Ambiguous.class));
  }

  private static Arguments row(Throwable failure, Class<? extends Outcome> outcome) {
    return Arguments.of(failure, outcome);
  }

  @ParameterizedTest
  @MethodSource("table")
  void classifiesByDefault(Throwable failure, Class<? extends Outcome> outcome) {
    assertThat(failures.classify(failure, erp)).isInstanceOf(outcome);
  }

  @ParameterizedTest
  @MethodSource("table")
  void looksIntoWhatRoutesWrapAround(Throwable failure, Class<? extends Outcome> outcome) {
    Throwable wrapped = new CamelExecutionException("wrapped", null, failure);

    assertThat(failures.classify(wrapped, erp)).isInstanceOf(outcome);
  }

  @Test
  void readsRetryAfterInSecondsAndAsADate() {
    assertThat(retryAfter("120")).isEqualTo(Duration.ofSeconds(120));
    assertThat(retryAfter("Sat, 21 Nov 2026 10:05:00 GMT")).isEqualTo(Duration.ofMinutes(5));
    assertThat(retryAfter("Sat, 21 Nov 2026 09:00:00 GMT")).isEqualTo(Duration.ZERO);
    assertThat(retryAfter("soon")).isNull();
    assertThat(retryAfter("99999999999999999999")).isNull();
  }

  private Duration retryAfter(String value) {
    Outcome outcome =
        failures.classify(
            new HttpOperationFailedException(
                "http://erp", 503, "busy", null, Map.of("retry-after", value), null),
            erp);
    return ((Outcome.Unavailable) outcome).retryAfter();
  }

  @Test
  void aDestinationClassifiesByStatusAndByClassWithItsSuperclasses() {
    Destination own =
        Destinations.of(
            "own",
            DeliveryClass.HOLD,
            new Classify(
                Set.of("404", "java.io.IOException"),
                Set.of("500", "IllegalStateException"),
                Set.of("409"),
                Set.of("422")));

    assertThat(failures.classify(http(404), own)).isInstanceOf(Outcome.Refused.class);
    assertThat(failures.classify(http(500), own)).isInstanceOf(Outcome.Transient.class);
    assertThat(failures.classify(http(409), own)).isInstanceOf(Outcome.Ambiguous.class);
    assertThat(failures.classify(http(422), own)).isInstanceOf(Outcome.Unavailable.class);
    assertThat(failures.classify(new ConnectException(), own)).isInstanceOf(Outcome.Refused.class);
    assertThat(failures.classify(new IllegalStateException(), own))
        .isInstanceOf(Outcome.Transient.class);
  }

  @Test
  void survivesCausesThatGoInACircle() {
    Exception one = new Exception("one");
    one.initCause(new Exception("two", one));

    assertThat(failures.classify(one, erp)).isInstanceOf(Outcome.Ambiguous.class);
  }

  private static HttpOperationFailedException http(int code) {
    return new HttpOperationFailedException("http://erp", code, "status", null, Map.of(), null);
  }

  private static SQLException sql(String state) {
    return new SQLException("sql", state);
  }

  private static jakarta.jms.JMSException jms(Exception cause) {
    jakarta.jms.JMSException jms = new jakarta.jms.JMSException("jms");
    jms.initCause(cause);
    return jms;
  }

  private static Exception unblocked() {
    ActiveMQUnBlockedException unblocked = new ActiveMQUnBlockedException();
    unblocked.initCause(new ActiveMQNotConnectedException());
    return unblocked;
  }

  private static Exception file(Exception cause) {
    return new GenericFileOperationFailedException("cannot store", cause);
  }
}
