package io.waybill.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;

@DisplayName("The console in a browser, with the shipped routes")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConsoleIT {

  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final Path ORDER = Path.of("samples/http/order-RS-885.1-order.xml");

  private static final By USER = By.id("pf-login-username-id");
  private static final By PASSWORD = By.id("pf-login-password-id");
  private static final By SUBMIT = By.cssSelector("button[type=submit]");

  @TempDir static Path home;

  private static BrokerProcess broker;
  private static BrokerProcess.Client client;
  private static Optional<Browser> browser = Optional.empty();
  private static int orders;

  @BeforeAll
  static void start() throws IOException {
    browser = Browser.open();
    if (browser.isEmpty()) {
      return;
    }
    for (String folder : new String[] {"config", "routes"}) {
      copy(Path.of(folder), home.resolve(folder));
    }
    broker = new BrokerProcess(home);
    broker.start();
    broker.awaitReady();
    client = broker.new Client();
  }

  @AfterAll
  static void stop() throws IOException {
    browser.ifPresent(Browser::close);
    if (broker != null) {
      broker.close();
    }
  }

  @BeforeEach
  void aBrowserIsThere() {
    assumeThat(browser)
        .as("no chromium and chromedriver on the PATH, nor named by CHROME and CHROMEDRIVER")
        .isPresent();
  }

  @Test
  @Order(1)
  void whoeverOpensItIsAskedToLogIn() {
    Browser page = browser.orElseThrow();
    page.go(console(""));
    page.awaitSight(USER);
    assertThat(page.address()).endsWith("/hawtio/login");

    logIn(page, "guess");
    page.awaitSight(By.xpath("//*[contains(text(), 'Invalid login credentials')]"));
    page.picture("login-refused");

    logIn(page, broker.password());
    page.awaitSight(treeItem("erp"));
  }

  private static void logIn(Browser page, String password) {
    page.type(USER, "admin");
    page.type(PASSWORD, password);
    page.click(SUBMIT);
  }

  @Test
  @Order(2)
  void aRouteDiagramCountsWhatGoesThrough() throws Exception {
    Browser page = browser.orElseThrow();
    page.click(treeItem("erp"));
    page.click(tab("Route Diagram"));
    page.awaitSight(node("erp-queue"));
    long before = counted(page, "erp-queue");
    page.picture("diagram-before");

    for (int i = 0; i < 5; i++) {
      order();
    }

    await("the diagram to count five more")
        .atMost(PATIENCE)
        .until(() -> counted(page, "erp-queue") == before + 5);
    page.picture("diagram-after");
  }

  /** A node shows how many exchanges are in it, and how many have come to it at all. */
  private static long counted(Browser page, String step) {
    return page.texts(node(step)).stream()
        .flatMap(String::lines)
        .filter(line -> line.matches("\\d+"))
        .mapToLong(Long::parseLong)
        .max()
        .orElse(-1);
  }

  @Test
  @Order(3)
  void anOperatorTracesMessages() throws Exception {
    Browser page = browser.orElseThrow();
    page.click(treeItem("erp"));
    page.click(tab("Trace"));
    page.click(By.xpath("//button[contains(., 'Start Tracing')]"));
    page.awaitSight(By.xpath("//button[contains(., 'Stop Tracing')]"));

    // the page says that it traces before the broker does
    By traced = By.xpath("//td[contains(., 'erp-queue')]");
    await("a message to be traced")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              order();
              return !page.texts(traced).isEmpty();
            });
    page.awaitSight(traced);
    page.picture("trace");
    page.click(By.xpath("//button[contains(., 'Stop Tracing')]"));
    page.awaitSight(By.xpath("//button[contains(., 'Start Tracing')]"));
  }

  @Test
  @Order(4)
  void aFailedMessageIsSkippedFromTheJmxTab() throws Exception {
    Browser page = browser.orElseThrow();
    byte[] unknown = "{\"nobody\": \"knows it\"}".getBytes(StandardCharsets.UTF_8);
    assertThat(client.post("/api/v1/messages", "odd-1", "application/json", unknown).code())
        .isEqualTo(422);
    long seq = seq(client.get("/api/v1/messages?status=failed").body());

    page.go(console("jmx"));
    page.click(By.xpath("//button[contains(., 'Expand all')]"));
    page.click(treeItem("Broker"));
    page.awaitSight(By.xpath("//td[contains(., 'failed (untyped)')]"));
    page.picture("broker-attributes");

    page.click(tab("Operations"));
    page.click(inOperation("skip", "//button"));
    page.type(inOperation("skip", "//input[contains(@id, '-seq-')]"), String.valueOf(seq));
    page.type(inOperation("skip", "//input[contains(@id, '-why-')]"), "sent by mistake");
    page.picture("broker-operation");
    page.click(inOperation("skip", "//button[contains(., 'Execute')]"));

    await("the message to be skipped, with name and reason in its history")
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(client.get("/api/v1/messages/" + seq).body())
                    .contains("\"status\":\"skipped\"", "\"who\":\"admin\"", "sent by mistake"));
    page.awaitSight(By.xpath("//*[contains(., '\"status\": \"skipped\"')]"));
    page.picture("broker-result");
  }

  private static By inOperation(String name, String what) {
    return By.xpath(
        "//b[starts-with(., '%s(')]/ancestor::*[contains(concat(@class, ' '), 'data-list__item ')][1]%s"
            .formatted(name, what));
  }

  private static void order() throws Exception {
    orders++;
    String document = Files.readString(ORDER).replace("RS-885", "RS-%03d".formatted(orders));
    var answer =
        client.post(
            "/api/v1/messages/PlaceOrder",
            null,
            "application/xml",
            document.getBytes(StandardCharsets.UTF_8));
    assertThat(answer.code()).as(answer.body()).isEqualTo(202);
  }

  private static long seq(String json) {
    var found = java.util.regex.Pattern.compile("\"seq\":(\\d+)").matcher(json);
    assertThat(found.find()).as(json).isTrue();
    return Long.parseLong(found.group(1));
  }

  private static String console(String path) {
    return "http://127.0.0.1:" + broker.httpPort() + "/hawtio/" + path;
  }

  private static By node(String id) {
    return By.xpath("//*[contains(@class, 'react-flow__node')][contains(., '" + id + "')]");
  }

  private static By treeItem(String name) {
    return By.xpath("//*[@role='treeitem']//*[text()='" + name + "']");
  }

  private static By tab(String name) {
    return By.xpath("//nav//*[normalize-space(text())='" + name + "']");
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path copy = to.resolve(from.relativize(file));
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    }
  }
}
