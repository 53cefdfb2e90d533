package io.waybill.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.broker.Intake;
import io.waybill.partner.PartnerHost;
import io.waybill.spec.Specification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A broker's route from a folder on a server of a partner, and looks at both. */
abstract class ServedFolder {

  static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  Path root;
  Path in;
  PartnerHost host;

  final FakeBroker broker = new FakeBroker();
  final List<DefaultCamelContext> contexts = new ArrayList<>();
  final ListAppender<ILoggingEvent> log = new ListAppender<>();

  /** A server on that folder, with a certificate or key that the broker knows. */
  abstract PartnerHost host(Path root) throws Exception;

  /** The template, and the parameters that only it has. */
  abstract String template();

  abstract Map<String, String> parameters(int reachedAt) throws Exception;

  abstract boolean isFtp();

  @BeforeEach
  void startServer() throws Exception {
    root = Files.createDirectories(folder.resolve("server"));
    in = Files.createDirectories(root.resolve("in"));
    host = host(root);
    host.start();
    log.start();
    ((Logger) LoggerFactory.getLogger("ROOT")).addAppender(log);
  }

  @AfterEach
  void stop() throws Exception {
    ((Logger) LoggerFactory.getLogger("ROOT")).detachAppender(log);
    contexts.forEach(DefaultCamelContext::stop);
    broker.close();
    host.stop();
  }

  DefaultCamelContext start(Map<String, String> more) throws Exception {
    return start("home", broker, host.port(), more);
  }

  DefaultCamelContext start(String home, Intake intake, int reachedAt, Map<String, String> more)
      throws Exception {
    DefaultCamelContext camel = new DefaultCamelContext();
    contexts.add(camel);
    camel.getShutdownStrategy().setTimeout(10);
    WaybillComponent waybill =
        new WaybillComponent(
            intake,
            broker,
            () -> new Specification(Map.of(), Map.of()),
            null,
            new Failures(Clock.systemUTC()));
    waybill.setLargestDocument(1 << 20);
    camel.addComponent("waybill", waybill);
    Path at = folder.resolve(home);
    camel.addRoutes(
        new RemoteFolderRoutes(intake, waybill, at, at.resolve("spool"), Clock.systemUTC()));
    Map<String, String> parameters = new TreeMap<>(parameters(reachedAt));
    parameters.putAll(
        Map.of("host", "127.0.0.1", "port", "" + reachedAt, "user", PartnerHost.USER));
    parameters.putIfAbsent("password", PartnerHost.PASSWORD);
    parameters.putAll(Map.of("folder", "in", "sender", "acme", "operations", "A,B"));
    parameters.putAll(Map.of("stable", "100ms", "poll", "50"));
    parameters.putAll(more);
    TemplatedRouteBuilder route = TemplatedRouteBuilder.builder(camel, template()).routeId(home);
    parameters.forEach(route::parameter);
    route.add();
    camel.start();
    return camel;
  }

  Path drop(String name, String text) throws IOException {
    Path writing = Files.writeString(in.resolve(".writing"), text);
    return Files.move(writing, in.resolve(name));
  }

  JsonNode receipt(String end, String name) throws IOException {
    Path file = in.resolve(end).resolve(name);
    await("the file in " + end).atMost(PATIENCE).until(() -> Files.exists(file));
    return JSON.readTree(Files.readString(in.resolve(end).resolve(name + ".receipt.json")));
  }

  static List<String> names(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> filesBelow(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.equals("claims-as"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void nothingIsLeft() {
    assertThat(names(in)).containsOnly(".claimed", "accepted", "rejected");
    await().atMost(PATIENCE).until(() -> filesBelow(folder.resolve("home/spool")).isEmpty());
    assertThat(filesBelow(in.resolve(".claimed"))).isEmpty();
  }

  List<String> journaled() {
    return broker.journal().stream().map(FakeBroker.Stored::text).toList();
  }

  List<String> logged() {
    return List.copyOf(log.list).stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  void awaitLogged(String text) {
    await("the log to say " + text)
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(logged()).anyMatch(line -> line.contains(text)));
  }

  /** Neither in the log nor in any attribute that JMX shows. */
  void nobodyTells(String secret) throws JMException {
    assertThat(List.copyOf(log.list))
        .filteredOn(event -> !ofTheServer(event))
        .noneMatch(event -> event.getFormattedMessage().contains(secret))
        .noneMatch(event -> event.getThrowableProxy() != null);
    MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    for (ObjectName bean : beans.queryNames(new ObjectName("org.apache.camel:*"), null)) {
      assertThat(bean.toString()).doesNotContain(secret);
      for (MBeanAttributeInfo attribute : beans.getMBeanInfo(bean).getAttributes()) {
        assertThat(shown(beans, bean, attribute)).doesNotContain(secret);
      }
      if (bean.getKeyProperty("type").equals("routes")) {
        assertThat(String.valueOf(beans.invoke(bean, "dumpRouteAsXml", null, null)))
            .contains("waybill:submit")
            .doesNotContain(secret);
      }
    }
  }

  /** What the partner's side writes into the same log. */
  private static boolean ofTheServer(ILoggingEvent event) {
    return Stream.of("org.apache.ftpserver", "org.apache.mina", "org.apache.sshd")
        .anyMatch(event.getLoggerName()::startsWith);
  }

  private static String shown(MBeanServer beans, ObjectName bean, MBeanAttributeInfo attribute) {
    try {
      return String.valueOf(beans.getAttribute(bean, attribute.getName()));
    } catch (JMException | RuntimeException notNow) {
      return "";
    }
  }
}
