package io.waybill.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waybill.embedded.ArtemisAccess;
import io.waybill.embedded.ArtemisSettings;
import io.waybill.embedded.EmbeddedArtemis;
import io.waybill.embedded.TestPostgres;
import io.waybill.message.Status;
import io.waybill.operator.Passwords;
import io.waybill.shipped.Dockerfile;
import io.waybill.shipped.Manifests;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The package")
@Timeout(180)
class PackageIT {

  private static final String PASSWORD = "a password of this test";
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** Everything may be done at the Artemis outside by its one user. */
  private static final ArtemisAccess ONE_USER =
      new ArtemisAccess() {
        @Override
        public boolean authenticate(String user, String password, String from) {
          return user.equals("broker") && password.equals(PASSWORD);
        }

        @Override
        public boolean authorize(String user, Permission permission, String address) {
          return true;
        }
      };

  @TempDir static Path temp;

  private static Installation installation;

  @BeforeAll
  static void unpack() throws Exception {
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
    installation = Installation.unpack(archive(), Files.createDirectory(temp.resolve("opt")));
  }

  private static Path archive() throws IOException {
    Path archive = Path.of("target", "waybill-" + Dockerfile.projectVersion() + ".tar.gz");
    assertThat(archive).as("./waybill package makes it").exists();
    return archive;
  }

  @Test
  void itDoesNotShowWhoBuiltIt() throws IOException {
    Set<String> names = new HashSet<>();
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(
            new GZIPInputStream(new BufferedInputStream(Files.newInputStream(archive()))))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        names.add(entry.getName());
        assertThat(entry.getLongUserId() + " " + entry.getLongGroupId()).isEqualTo("0 0");
        assertThat(entry.getUserName() + " " + entry.getGroupName()).isEqualTo("root root");
        assertThat(entry.getMode() & 0777)
            .as(entry.getName())
            .isEqualTo(
                entry.isDirectory() || entry.getName().endsWith("/bin/waybill") ? 0755 : 0644);
      }
    }
    String top = "waybill-" + Dockerfile.projectVersion() + "/";
    assertThat(names)
        .allSatisfy(name -> assertThat(name).startsWith(top).doesNotContain(".."))
        .as("folders that would else get the umask of whoever unpacks it")
        .contains(top + "bin/", top + "lib/", top + "config/", top + "routes/");
  }

  @Test
  void itHasWhatItsOwnFilesNeed() throws IOException {
    Path folder = installation.folder();
    for (String copied : Dockerfile.shipped().all("COPY")) {
      String[] words = copied.split(" ");
      for (String source : List.of(words).subList(0, words.length - 1)) {
        assertThat(folder.resolve(source)).exists();
      }
    }
    assertThat(Manifests.of(folder.resolve(Manifests.EXAMPLE)).files("config"))
        .hasEntrySatisfying(
            "application.yaml", settings -> assertThat(settings).contains("  embedded: never\n"));
    assertThat(Files.readString(folder.resolve("config/application.yaml")))
        .isEqualTo(
            Files.readString(Path.of("config/application.yaml"))
                .replace("  embedded: auto\n", "  embedded: never\n"));
    assertThat(folder.resolve("systemd/waybill.service")).exists();
    assertThat(folder.resolve("docs/deployment.md")).exists();
    assertThat(folder.resolve("LICENSE")).exists();
  }

  @ParameterizedTest
  @ValueSource(strings = {"test", "fmt", "bench", "package"})
  void whatNeedsTheSourcesIsRefused(String command) {
    Installation.Ended ended = installation.run(installation.folder(), Map.of(), command);
    assertThat(ended.printed())
        .startsWith("waybill: '" + command + "' needs the sources")
        .contains("clone");
    assertThat(ended.code()).isEqualTo(1);
  }

  @Test
  void withoutServersItRefusesToStartAndSaysWhatToWrite() throws IOException {
    Map<String, String> before = Installation.content(installation.folder());
    Installation.Ended ended = installation.run(installation.folder(), Map.of(), "run");
    assertThat(ended.printed())
        .contains(
            "cannot start: spring.datasource.url and spring.artemis.broker-url are not set,"
                + " and waybill.embedded is never",
            "config/application.yaml",
            "SPRING_DATASOURCE_URL",
            "SPRING_ARTEMIS_BROKER_URL")
        .doesNotContain("\tat ");
    assertThat(ended.code()).isEqualTo(2);
    assertThat(Installation.content(installation.folder())).isEqualTo(before);
  }

  @Test
  void aMisspeltNeverStartsNoServers() {
    Installation.Ended ended =
        installation.run(installation.folder(), Map.of("WAYBILL_EMBEDDED", "Never"), "run");
    assertThat(ended.printed()).contains("waybill.embedded: 'Never' is not known");
    assertThat(ended.code()).isEqualTo(2);
  }

  /**
   * With the settings that the manifests give the container, and ConfigMaps as kubelet shows them.
   */
  @Test
  void withServersOutsideItWorksAndWritesOnlyToItsData() throws Exception {
    Manifests manifests = Manifests.of(Manifests.EXAMPLE);
    Path home = Files.createDirectory(temp.resolve("home"));
    mount(manifests.files("config"), home.resolve("config"));
    mount(manifests.files("routes"), home.resolve("routes"));
    Path data = installation.writable(temp.resolve("data"));
    Path log = temp.resolve("broker.log");
    Map<String, String> installed = Installation.content(installation.folder());
    Map<String, String> mounted = Installation.content(home);
    TestPostgres.Database database = TestPostgres.freshDatabase();
    int http = BrokerProcess.freePort();

    try (EmbeddedArtemis artemis =
        EmbeddedArtemis.start(
            temp.resolve("artemis"),
            ArtemisSettings.defaults(ONE_USER).withPort(BrokerProcess.freePort()))) {
      Map<String, String> settings =
          settings(manifests.environment(), home, data, database, artemis.url());
      settings.put("SERVER_PORT", String.valueOf(http));
      Process broker = installation.start(home, settings, log, "run");
      try {
        await("ready")
            .atMost(PATIENCE)
            .until(
                () -> {
                  assertThat(broker.isAlive()).as(Files.readString(log)).isTrue();
                  return Files.readString(log).contains("waybill: ready at");
                });
        String url = "http://127.0.0.1:" + http;
        for (String probe : manifests.probes()) {
          assertThat(ask(HttpRequest.newBuilder(URI.create(url + probe)))).as(probe).isEqualTo(200);
        }
        assertThat(ask(order(url))).isEqualTo(202);
        drop("samples/drop/despatch-DN-501.1-note.json", data.resolve("drop"));

        StateTable table = new StateTable(database.dataSource());
        await("both posted")
            .atMost(PATIENCE)
            .untilAsserted(
                () ->
                    assertThat(table.rows())
                        .extracting(row -> row.destination() + " " + row.status())
                        .containsExactlyInAnyOrder(
                            "erp " + Status.POSTED, "archive " + Status.POSTED));
        assertThat(Installation.list(data.resolve("archive"))).hasSize(1);
        assertThat(
                installation.run(
                    home,
                    Map.of("WAYBILL_PASSWORD", PASSWORD),
                    "messages",
                    "--url",
                    url,
                    "--user",
                    "admin"))
            .satisfies(
                listed -> assertThat(listed.printed()).contains("PlaceOrder", "DespatchNote"))
            .satisfies(listed -> assertThat(listed.code()).isZero());
      } finally {
        broker.destroy();
        assertThat(broker.waitFor(manifests.graceSeconds(), TimeUnit.SECONDS))
            .as("ended in time")
            .isTrue();
      }
      assertThat(broker.exitValue()).as(Files.readString(log)).isEqualTo(128 + 15);
    }

    assertThat(Installation.content(installation.folder())).isEqualTo(installed);
    assertThat(Installation.content(home)).isEqualTo(mounted);
    assertThat(Files.readString(log)).doesNotContain(PASSWORD).doesNotContain(database.password());
  }

  /**
   * As kubelet does: files are links into a folder behind a link, which it exchanges as a whole.
   */
  private static void mount(Map<String, String> files, Path folder) throws IOException {
    Path version = Files.createDirectories(folder.resolve("..2026_11_21"));
    Files.createSymbolicLink(folder.resolve("..data"), Path.of("..2026_11_21"));
    for (Map.Entry<String, String> file : files.entrySet()) {
      Files.writeString(version.resolve(file.getKey()), file.getValue());
      Files.createSymbolicLink(
          folder.resolve(file.getKey()), Path.of("..data").resolve(file.getKey()));
    }
    Installation.forbidWriting(folder);
  }

  /** What the container would get, for this machine. */
  private static Map<String, String> settings(
      Map<String, String> container,
      Path home,
      Path data,
      TestPostgres.Database database,
      String artemis) {
    Map<String, String> secrets =
        Map.of(
            "secret:database-user", database.user(),
            "secret:database-password", database.password(),
            "secret:jms-user", "broker",
            "secret:jms-password", PASSWORD,
            "secret:admin-password", Passwords.encode(PASSWORD));
    Map<String, String> settings = new LinkedHashMap<>();
    container.forEach(
        (name, value) ->
            settings.put(
                name,
                value.startsWith("secret:")
                    ? secrets.get(value)
                    : value
                        .replace("/opt/waybill", home.toString())
                        .replaceAll("^/data$", data.toString())
                        .replaceAll("^jdbc:.*", database.url())
                        .replaceAll("^tcp:[^?]*", artemis)
                        .replace("0.0.0.0", "127.0.0.1")));
    // kubelet sets these for every container
    settings.put("KUBERNETES_SERVICE_HOST", "127.0.0.1");
    settings.put("KUBERNETES_SERVICE_PORT", "443");
    return settings;
  }

  private static HttpRequest.Builder order(String url) throws IOException {
    String credentials = "admin:" + PASSWORD;
    return HttpRequest.newBuilder(URI.create(url + "/api/v1/messages/PlaceOrder"))
        .header(
            "Authorization",
            "Basic "
                + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)))
        .header("Content-Type", "application/xml")
        .POST(
            HttpRequest.BodyPublishers.ofFile(
                installation.folder().resolve("samples/http/order-RS-885.1-order.xml")));
  }

  private static int ask(HttpRequest.Builder request) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(request.timeout(Duration.ofSeconds(30)).build(), BodyHandlers.discarding())
        .statusCode();
  }

  /** A partner writes under another name first. */
  private static void drop(String sample, Path folder) throws IOException {
    await().atMost(PATIENCE).until(() -> Files.isDirectory(folder));
    Path part = folder.resolve("note.part");
    Files.writeString(part, Files.readString(installation.folder().resolve(sample)));
    Files.move(part, folder.resolve("note.json"));
  }
}
