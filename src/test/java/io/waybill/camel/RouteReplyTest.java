package io.waybill.camel;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.broker.Outlet;
import io.waybill.broker.Posting;
import io.waybill.message.Outcome;
import io.waybill.message.Release;
import io.waybill.message.Reply;
import io.waybill.spec.DeliveryClass;
import io.waybill.spec.OnFailure;
import io.waybill.spec.Operation;
import io.waybill.spec.ReplyTerms;
import io.waybill.spec.Specification;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The reply at the end of a posting route")
class RouteReplyTest {

  private static final int LARGEST = 20;

  private final FakeBroker broker = new FakeBroker();
  private final DefaultCamelContext camel = new DefaultCamelContext();
  private final List<String> kept = new ArrayList<>();

  @AfterEach
  void stop() {
    camel.stop();
    broker.close();
  }

  /** What comes of a posting of CreateOrder, whose refusals are given. */
  private Outcome post(DeliveryClass delivery, boolean gives, Processor route) throws Exception {
    ReplyTerms terms =
        new ReplyTerms(Release.NONE, Duration.ofDays(1), gives, List.of("ETag", "X-Long"));
    Specification specification =
        new Specification(
            Map.of("erp", Destinations.of("erp", delivery)),
            Map.of("CreateOrder", new Operation("CreateOrder", OnFailure.HOLD).replying(terms)));
    Failures failures = new Failures(Clock.systemUTC());
    OneTransaction one =
        new OneTransaction(
            new NoTransactions(),
            posting -> true,
            other -> false,
            failures,
            (posting, reply) -> kept.add(posting.id() + " " + text(reply)));
    WaybillComponent waybill =
        new WaybillComponent(broker, broker, () -> specification, one, failures);
    waybill.setLargestReply(LARGEST);
    camel.addComponent("waybill", waybill);
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("waybill:post:erp").process(route);
          }
        });
    camel.start();
    Outlet outlet = Objects.requireNonNull(broker.outlet("erp"));
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    Posting posting = FakeBroker.posting("{}", Map.of("ETag", "of the sender"));
    outlet.post(posting, outcome::complete);
    return outcome.get(20, TimeUnit.SECONDS);
  }

  private Reply posted(Processor route) throws Exception {
    Outcome outcome = post(DeliveryClass.REPEAT, false, route);
    assertThat(outcome).isInstanceOf(Outcome.Posted.class);
    return Objects.requireNonNull(((Outcome.Posted) outcome).reply());
  }

  private static String text(Reply reply) {
    return new String(reply.body(), StandardCharsets.UTF_8);
  }

  @Test
  void hasBodyTypeCodeAndTheListedHeaders() throws Exception {
    Reply reply =
        posted(
            exchange -> {
              exchange
                  .getMessage()
                  .setBody(new ByteArrayInputStream("grün".getBytes(StandardCharsets.UTF_8)));
              exchange.getMessage().setHeader("Content-Type", "text/plain; charset=UTF-8");
              exchange.getMessage().setHeader("CamelHttpResponseCode", 201);
              exchange.getMessage().setHeader("ETag", "\"7\"\r\nSet-Cookie: x");
              exchange.getMessage().setHeader("Server", "erp/1");
              exchange.getMessage().setHeader("X-Long", "x".repeat(5000));
            });

    assertThat(text(reply)).isEqualTo("grün");
    assertThat(reply.contentType()).isEqualTo("text/plain; charset=UTF-8");
    assertThat(reply.code()).isEqualTo(201);
    assertThat(reply.headers()).isEqualTo(Map.of("ETag", "\"7\"??Set-Cookie: x"));
  }

  @Test
  void isToldToBeLostWhereItIsTooLarge() throws Exception {
    Reply reply = posted(exchange -> exchange.getMessage().setBody("x".repeat(LARGEST + 1)));

    assertThat(reply.code()).isEqualTo(502);
    assertThat(reply.contentType()).isEqualTo("application/problem+json");
    assertThat(text(reply))
        .contains("/problems/reply-lost", "waybill.max-reply", "The message is posted");
  }

  @Test
  void isToldToBeLostWhereItIsNeitherBytesNorText() throws Exception {
    Reply reply = posted(exchange -> exchange.getMessage().setBody(new Object()));

    assertThat(text(reply)).contains("java.lang.Object", "marshal it");
  }

  @Test
  void hasNoCodeOrTypeThatIsNone() throws Exception {
    Reply reply =
        posted(
            exchange -> {
              exchange.getMessage().setBody("ok");
              exchange.getMessage().setHeader("Content-Type", "text/plain\r\nX: y");
              exchange.getMessage().setHeader("CamelHttpResponseCode", 42);
            });

    assertThat(reply.code()).isEqualTo(200);
    assertThat(reply.contentType()).isNull();
  }

  @Test
  void ofATransactionIsKeptWithinIt() throws Exception {
    Outcome outcome =
        post(DeliveryClass.TRANSACTIONAL, false, exchange -> exchange.getMessage().setBody("done"));

    assertThat(outcome).isInstanceOf(Outcome.Posted.class);
    assertThat(kept).hasSize(1).first().asString().endsWith(" done");
  }

  @Test
  void isTheRefusalOfTheDestinationWhereThatIsGiven() throws Exception {
    Outcome outcome =
        post(
            DeliveryClass.REPEAT,
            true,
            exchange -> {
              throw new HttpOperationFailedException(
                  "http://erp", 409, "Conflict", null, Map.of("Content-Type", "text/plain"), "no!");
            });

    Reply reply = Objects.requireNonNull(((Outcome.Refused) outcome).reply());
    assertThat(reply.code()).isEqualTo(409);
    assertThat(reply.contentType()).isEqualTo("text/plain");
    assertThat(text(reply)).isEqualTo("no!");
  }

  @Test
  void isAProblemWhereTheRouteItselfRefuses() throws Exception {
    Outcome outcome =
        post(
            DeliveryClass.REPEAT,
            true,
            exchange -> {
              exchange.getMessage().setHeader("CamelWaybillOutcome", "refused");
              exchange.getMessage().setHeader("CamelWaybillDetail", "no such \"customer\"");
            });

    Reply reply = Objects.requireNonNull(((Outcome.Refused) outcome).reply());
    assertThat(reply.code()).isEqualTo(422);
    assertThat(text(reply)).contains("/problems/refused", "no such \\\"customer\\\"");
  }

  @Test
  void isNoneWhereARefusalIsHeld() throws Exception {
    Outcome outcome =
        post(
            DeliveryClass.REPEAT,
            false,
            exchange -> exchange.getMessage().setHeader("CamelWaybillOutcome", "refused"));

    assertThat(((Outcome.Refused) outcome).reply()).isNull();
  }

  /** Begins and ends nothing. */
  private static final class NoTransactions
      extends org.springframework.transaction.support.AbstractPlatformTransactionManager {

    private static final long serialVersionUID = 1L;

    @Override
    protected Object doGetTransaction() {
      return new Object();
    }

    @Override
    protected void doBegin(
        Object transaction, org.springframework.transaction.TransactionDefinition definition) {
      // nothing to begin
    }

    @Override
    protected void doCommit(
        org.springframework.transaction.support.DefaultTransactionStatus status) {
      // nothing to end
    }

    @Override
    protected void doRollback(
        org.springframework.transaction.support.DefaultTransactionStatus status) {
      // nothing to end
    }
  }
}
