package io.waybill.shipped;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.waybill.embedded.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.direct.DirectComponent;
import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.PropertiesFunction;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The files in {@code routes/} load, and their post routes do what their comments say. The broker's
 * side and the queues are stood in for: {@code waybill:post:NAME} and queues are direct calls.
 */
class ShippedRoutesTest {

  private static final String POSTING = "0123456789abcdef-1-0-0";

  @TempDir Path folder;

  private final TestPostgres.Database database = TestPostgres.freshDatabase();
  private final List<String> fsynced = new CopyOnWriteArrayList<>();
  private final Map<String, String> crmRequest = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final AtomicInteger crmRequests = new AtomicInteger();
  private volatile int crmAnswer = 201;
  private HttpServer crm;
  private DefaultCamelContext camel;

  @BeforeEach
  void start() throws Exception {
    crm = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    crm.createContext(
        "/customers",
        exchange -> {
          crmRequests.incrementAndGet();
          exchange.getRequestHeaders().forEach((name, all) -> crmRequest.put(name, all.get(0)));
          crmRequest.put("method", exchange.getRequestMethod());
          crmRequest.put(
              "body", new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(crmAnswer, -1);
          exchange.close();
        });
    crm.start();

    // Twice, because it is run at every start.
    for (int start = 1; start <= 2; start++) {
      execute(Files.readString(Path.of("config/sql/ledger.sql")));
    }

    camel = new DefaultCamelContext();
    Properties settings = new Properties();
    settings.setProperty(
        "waybill.sample.crm-url", "http://127.0.0.1:" + crm.getAddress().getPort() + "/customers");
    settings.setProperty("waybill.sample.archive-folder", "archive");
    settings.setProperty("waybill.sample.edi-folder", "edi");
    settings.setProperty("waybill.sample.drop-folder", "data/drop");
    settings.setProperty("waybill.sample.drop-partner", "kornblume");
    camel.getPropertiesComponent().setInitialProperties(settings);
    camel.getPropertiesComponent().addPropertiesFunction(new HomeFolder());
    // As the broker sets it: the HTTP client would by itself repeat what was answered with 503.
    camel.getComponent("http", HttpComponent.class).setAutomaticRetriesDisabled(true);
    camel.addComponent("waybill", new DirectComponentOfAnyOption());
    camel.addComponent("jms", new DirectComponentOfAnyOption());
    camel.getRegistry().bind("dataSource", DataSource.class, database.dataSource());
    camel.getRegistry().bind("waybillDurableFile", new DurableFile());
    camel.addRoutes(new StandIns());
    PluginHelper.getRoutesLoader(camel).loadRoutes(shippedRoutes());
    camel.start();
  }

  @AfterEach
  void stop() {
    camel.stop();
    crm.stop(0);
  }

  @Test
  void everyRouteAndStepHasAnIdAndADescription() {
    List<RouteDefinition> routes =
        camel.getRouteDefinitions().stream()
            .filter(route -> !route.getRouteId().endsWith("-stand-in"))
            .toList();
    assertThat(routes)
        .extracting(RouteDefinition::getRouteId)
        .containsExactlyInAnyOrder(
            "orders-jms", "drop-folder", "erp", "crm", "ledger", "archive", "edi");
    assertThat(routes)
        .filteredOn(route -> !route.getRouteId().equals("drop-folder"))
        .allSatisfy(
            route -> {
              assertThat(route.getDescriptionText()).isNotBlank();
              assertThat(route.getOutputs())
                  .allSatisfy(
                      step -> {
                        assertThat(step.getId()).startsWith(route.getRouteId() + "-");
                        assertThat(step.getDescriptionText()).isNotBlank();
                      });
            });
  }

  @Test
  void theErpQueueGetsTheDocumentWithItsPostingId() throws Exception {
    MockEndpoint queue = camel.getEndpoint("mock:erp", MockEndpoint.class);
    queue.expectedBodiesReceived("<Order/>");
    queue.expectedHeaderReceived("_AMQ_DUPL_ID", POSTING);

    assertThat(post("erp", "<Order/>", Map.of("_AMQ_DUPL_ID", POSTING)).getException()).isNull();

    queue.assertIsSatisfied();
  }

  @Test
  void theCrmGetsTheDocumentWithItsIdempotencyKey() {
    Exchange posted =
        post(
            "crm",
            "{\"city\": \"Lübeck\"}",
            Map.of("Idempotency-Key", POSTING, "Content-Type", "application/json"));

    assertThat(posted.getException()).isNull();
    assertThat(posted.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE)).isEqualTo(201);
    assertThat(crmRequest)
        .containsEntry("method", "POST")
        .containsEntry("body", "{\"city\": \"Lübeck\"}")
        .containsEntry("Idempotency-Key", POSTING)
        .containsEntry("Content-Type", "application/json");
    assertThat(crmRequest.keySet()).noneMatch(name -> name.startsWith("CamelWaybill"));
  }

  @Test
  void aRefusalOfTheCrmArrivesAsAnException() {
    crmAnswer = 422;

    assertThat(post("crm", "{}", Map.of()).getException())
        .isInstanceOfSatisfying(
            HttpOperationFailedException.class,
            refused -> assertThat(refused.getStatusCode()).isEqualTo(422));
  }

  @Test
  void aBusyCrmIsAskedOnceAndTheBrokerDecidesWhenAgain() {
    crmAnswer = 503;

    assertThat(post("crm", "{}", Map.of()).getException())
        .isInstanceOf(HttpOperationFailedException.class);
    assertThat(crmRequests).hasValue(1);
  }

  @Test
  void aRedirectionOfTheCrmIsNotFollowed() {
    crmAnswer = 302;

    assertThat(post("crm", "{}", Map.of()).getException())
        .isInstanceOf(HttpOperationFailedException.class);
  }

  @Test
  void theLedgerBooksTheValuesOfTheInvoice() throws Exception {
    String invoice = Files.readString(Path.of("samples/http/account-K-2002.2-invoice.json"));

    assertThat(post("ledger", invoice, Map.of()).getException()).isNull();

    assertThat(bookings())
        .containsExactly("INV-9004 K-2002 RS-885 2026-10-15 EUR 199.92 Bottom brackets " + POSTING);
  }

  @Test
  void anInvoiceWithoutAccountFails() throws SQLException {
    assertThat(post("ledger", "{\"invoiceNumber\": \"INV-1\"}", Map.of()).getException())
        .isNotNull();
    assertThat(bookings()).isEmpty();
  }

  @Test
  void theArchiveWritesOneFileForEachPostingAndForcesItToDisk() throws IOException {
    assertThat(post("archive", "{\"parcels\": 1}", Map.of()).getException()).isNull();

    assertThat(filesIn(folder.resolve("archive"))).containsExactly(POSTING + ".json");
    assertThat(folder.resolve("archive/" + POSTING + ".json")).hasContent("{\"parcels\": 1}");
    assertThat(fsynced).containsExactly(POSTING + ".json");
  }

  @Test
  void aCarriersNotesGoToTheFolderOfItsGatewayWhichIsProbed() throws IOException {
    String note = Files.readString(Path.of("samples/drop/despatch-DN-503.1-note.json"));
    assertThat(note).contains("Spedition Trave");
    assertThat(post("archive", note, Map.of()).getException()).isNull();

    assertThat(filesIn(folder.resolve("edi"))).containsExactly(POSTING + ".json");
    assertThat(folder.resolve("archive")).doesNotExist();
    assertThat(fsynced).containsExactly(POSTING + ".json");
    Exchange probed = camel.createProducerTemplate().request("waybill:link:edi", exchange -> {});
    assertThat(probed.getException()).isNull();
    assertThat(folder.resolve("edi/.alive")).hasContent("alive");
    Files.delete(folder.resolve("edi/.alive"));
    Files.delete(folder.resolve("edi/" + POSTING + ".json"));
    Files.delete(folder.resolve("edi"));
    Files.writeString(folder.resolve("edi"), "in the way");
    assertThat(camel.createProducerTemplate().request("waybill:link:edi", exchange -> {}))
        .matches(Exchange::isFailed);
  }

  @Test
  void theArchiveOverwritesNothing() {
    post("archive", "first", Map.of());

    assertThat(post("archive", "second", Map.of()).getException()).isNotNull();
    assertThat(folder.resolve("archive/" + POSTING + ".json")).hasContent("first");
    assertThat(fsynced).hasSize(1);
  }

  private Exchange post(String destination, String body, Map<String, Object> headers) {
    return camel
        .createProducerTemplate()
        .request(
            "waybill:post:" + destination,
            exchange -> {
              exchange.getMessage().setHeaders(new TreeMap<>(headers));
              exchange.getMessage().setHeader("CamelWaybillPostingId", POSTING);
              exchange.getMessage().setBody(body.getBytes(StandardCharsets.UTF_8));
            });
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private List<String> bookings() throws SQLException {
    String sql =
        """
        select concat_ws(' ', invoice_number, account, order_number, booked_on, currency, amount,
               description, posting_id)
        from ledger.bookings
        order by invoice_number
        """;
    List<String> rows = new ArrayList<>();
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(sql)) {
      while (found.next()) {
        rows.add(found.getString(1));
      }
    }
    return rows;
  }

  private static List<Resource> shippedRoutes() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("routes"))) {
      return files.sorted().map(f -> ResourceHelper.fromString("file:" + f, read(f))).toList();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> filesIn(Path place) throws IOException {
    try (Stream<Path> files = Files.list(place)) {
      return files.map(f -> f.getFileName().toString()).toList();
    }
  }

  /** Stands in for the bean of that name, which forces a file to disk. */
  public final class DurableFile {
    /** Notes the file that would be forced. */
    public void force(Exchange exchange) {
      String written = exchange.getMessage().getHeader(Exchange.FILE_NAME_PRODUCED, String.class);
      fsynced.add(Path.of(written).getFileName().toString());
    }
  }

  /** A direct call, whatever options the address carries. */
  private static final class DirectComponentOfAnyOption extends DirectComponent {
    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters)
        throws Exception {
      parameters.clear();
      return super.createEndpoint(uri, remaining, parameters);
    }
  }

  /** {{home:FOLDER}}, as the broker reads it. */
  private final class HomeFolder implements PropertiesFunction {
    @Override
    public String getName() {
      return "home";
    }

    @Override
    public String apply(String name) {
      return folder.resolve(name).toString();
    }
  }

  private static final class StandIns extends RouteBuilder {
    @Override
    public void configure() {
      from("jms:queue:erp.orders").routeId("erp-queue-stand-in").to("mock:erp");
      routeTemplate("waybill-drop-folder")
          .templateParameter("folder")
          .templateParameter("sender")
          .templateParameter("operations")
          .from("direct:{{folder}}")
          .to("waybill:submit?operations={{operations}}&sender={{sender}}");
    }
  }
}
