package io.waybill.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.broker.Action;
import io.waybill.broker.Receipt.Result;
import io.waybill.message.Reason;
import io.waybill.message.Status;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.MBeanFeatureInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.security.core.context.SecurityContextHolder;

@DisplayName("The desk by JMX")
class JmxDeskTest {

  private static final MBeanServer JMX = ManagementFactory.getPlatformMBeanServer();

  private static Desk desk;
  private static ObjectName broker;

  @BeforeAll
  static void open() throws JMException {
    desk = new Desk();
    broker = new ObjectName("io.waybill:type=Broker");
  }

  @AfterAll
  static void close() {
    desk.close();
  }

  @BeforeEach
  void oneFailedMessage() {
    desk.broker.reset();
    desk.broker.answers(Result.ACCEPTED, Status.FAILED, Reason.REFUSED, true);
    desk.post("submitter", "/messages/CreateOrder", "{}", "Content-Type", "application/json");
  }

  @AfterEach
  void leave() {
    SecurityContextHolder.clearContext();
  }

  @Test
  void everythingIsDescribed() throws JMException {
    MBeanInfo info = JMX.getMBeanInfo(broker);

    Stream<MBeanFeatureInfo> features =
        Stream.of(
                Arrays.stream(info.getAttributes()),
                Arrays.stream(info.getOperations()),
                Arrays.stream(info.getOperations()).flatMap(each -> Stream.of(each.getSignature())))
            .flatMap(each -> each);
    assertThat(info.getDescription()).startsWith("Waybill's messages");
    assertThat(features)
        .isNotEmpty()
        .allSatisfy(
            feature ->
                assertThat(feature.getDescription())
                    .isNotBlank()
                    .isNotEqualTo(feature.getName())
                    .doesNotMatch("(?i)(operation|attribute|parameter).*"));
    assertThat(info.getOperations())
        .extracting(MBeanOperationInfo::getName)
        .contains("find", "message", "timeline", "longestLanes", "heldLanes", "countAll")
        .contains("why", "retry", "skip", "skipDespite", "settle", "reread", "waive")
        .contains("interrupt", "repost", "edit");
  }

  @Test
  void countsGoByStatusAndReason() throws JMException {
    assertThat(JMX.getAttribute(broker, "Unposted")).isEqualTo(Map.of("failed (refused)", 1L));
    assertThat(JMX.getAttribute(broker, "ToDecide")).isEqualTo(1L);
    assertThat(String.valueOf(JMX.getAttribute(broker, "LinksDown")))
        .contains("erp", "connection refused");
  }

  @Test
  void aMessageIsFoundAndItsTimelineRead() throws JMException {
    assertThat(String.valueOf(call("find", "1"))).contains("seq=1", "business_id=PO-7");
    assertThat(String.valueOf(call("message", 1L))).contains("position=3", "reason=refused");
    assertThat(String.valueOf(call("timeline", 1L))).contains("to_status=failed");
    assertThat(String.valueOf(call("why", 1L))).contains("root_cause={seq=1, kind=failed");
    assertThat(String.valueOf(call("longestLanes", 5))).contains("lane=cust:4711", "waiting=3");
  }

  @Test
  void nobodyDecidesWithoutAName() {
    assertThatThrownBy(() -> call("skip", 1L, "why"))
        .rootCause()
        .isInstanceOf(SecurityException.class)
        .hasMessageContaining("log in at /hawtio");

    ConsolePolicyTest.as(Role.VIEWER);
    assertThatThrownBy(() -> call("skip", 1L, "why"))
        .rootCause()
        .isInstanceOf(SecurityException.class);
    assertThat(desk.broker.actions).isEmpty();
  }

  @Test
  void anOperatorsDecisionsHaveNameAndReason() throws JMException {
    ConsolePolicyTest.as(Role.OPERATOR);

    call("retry", 1L, " mended ");
    call("reread", 1L, "new match");
    call("settle", 1L, true, "it is there");
    call("settle", 1L, false, "it is not");
    call("skip", 1L, "twice");
    call("waive", 1L, "Customer", "by phone");
    call("waive", 1L, " ", "by phone");
    call("interrupt", 1L, "it hangs");
    call("repost", 1L, "restored");
    call("edit", 1L, "<ä/>", "a wrong letter");

    Action edit = desk.broker.actions.remove(9);
    assertThat(edit.kind() + " " + edit.why()).isEqualTo("EDIT a wrong letter");
    assertThat(new String(edit.document().body(), StandardCharsets.UTF_8)).isEqualTo("<ä/>");
    assertThat(desk.broker.actions)
        .containsExactly(
            new Action(Action.Kind.RETRY, 1, "jo", "mended", null),
            new Action(Action.Kind.REREAD, 1, "jo", "new match", null),
            new Action(Action.Kind.SETTLE_POSTED, 1, "jo", "it is there", null),
            new Action(Action.Kind.SETTLE_NOT_POSTED, 1, "jo", "it is not", null),
            new Action(Action.Kind.SKIP, 1, "jo", "twice", null),
            new Action(Action.Kind.WAIVE, 1, "jo", "by phone", null, "Customer"),
            new Action(Action.Kind.WAIVE, 1, "jo", "by phone", null),
            new Action(Action.Kind.INTERRUPT, 1, "jo", "it hangs", null),
            new Action(Action.Kind.REPOST, 1, "jo", "restored", null));
  }

  @Test
  void whatOthersRequireIsSkippedOnlyDespiteThat() throws JMException {
    ConsolePolicyTest.as(Role.OPERATOR);
    desk.broker.requires(FakeBroker.row(7, "Order", "acme", "o-7", true, Status.SUBMITTED, null));

    assertThatThrownBy(() -> call("skip", 1L, "twice"))
        .rootCause()
        .hasMessageContaining("Message 1 is required by 7.");
    assertThat(desk.broker.actions).isEmpty();
    call("skipDespite", 1L, "twice");

    assertThat(desk.broker.actions)
        .containsExactly(new Action(Action.Kind.SKIP, 1, "jo", "twice", null));
  }

  @Test
  void anOperatorClosesAGap() throws JMException {
    ConsolePolicyTest.as(Role.OPERATOR);

    assertThat(call("closeGap", "order:1", 6L, "never sent").toString()).contains("next=7");

    assertThat(desk.broker.orders)
        .extracting(order -> order.who() + " " + order.verb().text() + " " + order.target())
        .containsExactly("jo close gap order:1 up to 6");
  }

  private static Object call(String operation, Object... arguments) throws JMException {
    MBeanOperationInfo found =
        Arrays.stream(JMX.getMBeanInfo(broker).getOperations())
            .filter(each -> each.getName().equals(operation))
            .findFirst()
            .orElseThrow();
    String[] types =
        Stream.of(found.getSignature()).map(each -> each.getType()).toArray(String[]::new);
    return JMX.invoke(broker, operation, arguments, types);
  }
}
