package io.waybill.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import org.jolokia.server.core.util.HttpMethod;
import org.jolokia.server.core.util.RequestType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;

/** The allow-list of the console. */
class ConsolePolicyTest {

  private static final String ROUTE = "org.apache.camel:context=waybill,type=routes,name=\"erp\"";
  private static final String CONTEXT =
      "org.apache.camel:context=waybill,type=context,name=\"waybill\"";
  private static final String TRACER =
      "org.apache.camel:context=waybill,type=tracer,name=BacklogTracer";

  private final ConsolePolicy policy = new ConsolePolicy(new Audit());

  @AfterEach
  void leave() {
    SecurityContextHolder.clearContext();
  }

  @Test
  void nothingIsAskedButByPost() {
    assertThat(List.of(HttpMethod.values()))
        .filteredOn(policy::isHttpMethodAllowed)
        .containsExactly(HttpMethod.POST);
  }

  @Test
  void noOtherSiteIsToldThatItMayRead() {
    assertThat(policy.isOriginAllowed("https://elsewhere.example", false)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"org.apache.camel:type=x", "io.waybill:type=x", "java.lang:type=x"})
  void threeDomainsAreRead(String name) {
    as(Role.VIEWER);
    assertThat(policy.isObjectNameHidden(name(name))).isFalse();
    assertThat(policy.isAttributeReadAllowed(name(name), "Any")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "com.sun.management:type=HotSpotDiagnostic",
        "java.util.logging:type=Logging",
        "JMImplementation:type=MBeanServerDelegate",
        "jolokia:type=Config",
        "org.apache.activemq.artemis:broker=\"waybill\"",
        "org.apache.camelot:type=x",
        "Tomcat:type=Service"
      })
  void noOtherDomainIsRead(String name) {
    as(Role.ADMIN);
    assertThat(policy.isObjectNameHidden(name(name))).isTrue();
    assertThat(policy.isAttributeReadAllowed(name(name), "Any")).isFalse();
    assertThat(policy.isAttributeWriteAllowed(name(name), "Enabled")).isFalse();
    assertThat(policy.isOperationAllowed(name(name), "start()")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SystemProperties", "InputArguments"})
  void howTheJvmWasStartedIsReadByNobody(String attribute) {
    as(Role.ADMIN);
    assertThat(policy.isAttributeReadAllowed(name("java.lang:type=Runtime"), attribute)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        CONTEXT + " | dumpRoutesAsXml()",
        CONTEXT + " | dumpRoutesStatsAsXml",
        CONTEXT + " | dumpRoutesStatsAsXml(boolean, boolean)",
        ROUTE + " | dumpRouteAsXml()",
        JmxDesk.NAME + " | find",
        JmxDesk.NAME + " | why(long)",
        JmxDesk.NAME + " | timeline(long)"
      })
  void aViewerMayCallWhatOnlyShows(String name, String operation) {
    as(Role.VIEWER);
    assertThat(policy.isOperationAllowed(name(name), operation)).isTrue();
    as(Role.OPERATOR);
    assertThat(policy.isOperationAllowed(name(name), operation)).isTrue();
    as(Role.SUBMITTER);
    assertThat(policy.isOperationAllowed(name(name), operation)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        ROUTE + " | start()",
        ROUTE + " | stop()",
        ROUTE + " | suspend()",
        ROUTE + " | resume()",
        TRACER + " | setEnabled",
        TRACER + " | dumpAllTracedMessagesAsXml()",
        JmxDesk.NAME + " | retry",
        JmxDesk.NAME + " | skip(long,java.lang.String)",
        JmxDesk.NAME + " | skipDespite(long,java.lang.String)",
        JmxDesk.NAME + " | settle",
        JmxDesk.NAME + " | reread",
        JmxDesk.NAME + " | waive",
        JmxDesk.NAME + " | closeGap"
      })
  void anOperatorMayOperateAndAViewerMayNot(String name, String operation) {
    as(Role.OPERATOR);
    assertThat(policy.isOperationAllowed(name(name), operation)).isTrue();
    as(Role.ADMIN);
    assertThat(policy.isOperationAllowed(name(name), operation)).isTrue();
    as(Role.VIEWER);
    assertThat(policy.isOperationAllowed(name(name), operation)).isFalse();
    as(Role.SUBMITTER);
    assertThat(policy.isOperationAllowed(name(name), operation)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        CONTEXT + " | stop()",
        CONTEXT + " | suspend()",
        CONTEXT + " | dumpRoutesAsXml(boolean)",
        CONTEXT + " | sendBody(java.lang.String,java.lang.Object)",
        CONTEXT + " | createEndpoint(java.lang.String)",
        CONTEXT + " | setGlobalOption",
        ROUTE + " | remove()",
        ROUTE + " | stopAndFail()",
        ROUTE + " | updateRouteFromXml(java.lang.String)",
        TRACER + " | setTraceFilter",
        "org.apache.camel:context=waybill,type=endpoints,name=\"x\" | browseAllMessagesAsXml",
        "org.apache.camel:context=waybill,type=processors,name=\"x\" | stop()",
        "org.apache.camel:name=x | start()",
        "java.lang:type=Memory | gc()",
        "java.lang:type=Threading | dumpAllThreads(boolean,boolean)"
      })
  void whatIsNotNamedIsAllowedToNobody(String name, String operation) {
    as(Role.ADMIN);
    assertThat(policy.isOperationAllowed(name(name), operation)).isFalse();
  }

  @Test
  void onlyTheTracerIsSetAndOnlyByOperators() {
    as(Role.OPERATOR);
    assertThat(policy.isAttributeWriteAllowed(name(TRACER), "BodyMaxChars")).isTrue();
    assertThat(policy.isAttributeWriteAllowed(name(TRACER), "TraceFilter")).isFalse();
    assertThat(policy.isAttributeWriteAllowed(name(ROUTE), "Tracing")).isFalse();
    assertThat(policy.isAttributeWriteAllowed(name("java.lang:type=Memory"), "Verbose")).isFalse();
    as(Role.VIEWER);
    assertThat(policy.isAttributeWriteAllowed(name(TRACER), "BodyMaxChars")).isFalse();
  }

  @Test
  void aSubmitterAndAStrangerGetNothing() {
    as(Role.SUBMITTER);
    assertThat(policy.isTypeAllowed(RequestType.READ)).isFalse();
    assertThat(policy.isAttributeReadAllowed(name(JmxDesk.NAME), "Unposted")).isFalse();
    SecurityContextHolder.clearContext();
    assertThat(policy.isTypeAllowed(RequestType.LIST)).isFalse();
    assertThat(policy.isOperationAllowed(name(JmxDesk.NAME), "find")).isFalse();
  }

  @Test
  void notificationsAndConfigurationAreNotServed() {
    as(Role.ADMIN);
    assertThat(policy.isTypeAllowed(RequestType.READ)).isTrue();
    assertThat(policy.isTypeAllowed(RequestType.NOTIFICATION)).isFalse();
    assertThat(policy.isTypeAllowed(RequestType.CONFIG)).isFalse();
  }

  static void as(Role role) {
    User user = new User("jo", Set.of(role), Set.of());
    SecurityContextHolder.getContext()
        .setAuthentication(
            UsernamePasswordAuthenticationToken.authenticated(user, null, List.of()));
  }

  private static ObjectName name(String text) {
    try {
      return new ObjectName(text);
    } catch (MalformedObjectNameException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
