package io.waybill.bench.waybill;

import io.waybill.bench.candidate.Candidate;
import io.waybill.bench.candidate.Door;
import io.waybill.bench.candidate.Launch;
import io.waybill.bench.candidate.Stage;
import io.waybill.bench.services.Java;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The broker as it is shipped, with ordinary routes: {@code jms: -> submit}, {@code post -> jms:}.
 */
public final class WaybillCandidate implements Candidate {

  private final String name;
  private final Path jar;
  private final Path home;
  private final List<String> options;
  private final List<String> jvm;
  private final Map<String, String> environment;

  /**
   * A packaged broker.
   *
   * @param name {@code waybill}, or another for another jar
   * @param jar as the script runs it
   * @param home a folder with {@code config/} and {@code routes/}, copied for each process; in
   *     {@code doors/} beside it lies what is different by each door
   * @param options what the script gives the JVM
   */
  public WaybillCandidate(String name, Path jar, Path home, List<String> options) {
    this(name, jar.toAbsolutePath(), home.toAbsolutePath(), options, List.of(), Map.of());
  }

  private WaybillCandidate(
      String name,
      Path jar,
      Path home,
      List<String> options,
      List<String> jvm,
      Map<String, String> environment) {
    this.name = name;
    this.jar = jar;
    this.home = home;
    this.options = List.copyOf(options);
    this.jvm = List.copyOf(jvm);
    this.environment = Map.copyOf(environment);
  }

  /** The same with another option for its JVM, which comes last and so holds. */
  public WaybillCandidate with(String jvmOption) {
    List<String> more = new ArrayList<>(jvm);
    more.add(jvmOption);
    return new WaybillCandidate(name, jar, home, options, more, environment);
  }

  /** The same whose way to the destination is closed. */
  public WaybillCandidate closed() {
    return new WaybillCandidate(
        name, jar, home, options, jvm, Map.of("WAYBILL_SAMPLE_ERP_OPEN", "false"));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String title() {
    return "Waybill, in order";
  }

  @Override
  public List<String> settings() {
    return List.of(
        "Waybill " + version(),
        "home folder bench/home: two routes, one lane for each key, destination deduplicating",
        "512 in flight, postings sent in batches",
        "by other doors what lies in bench/doors instead: the route template waybill-drop-folder, a"
            + " user for HTTP, camel-http to a destination with %d in flight"
                .formatted(Door.CONNECTIONS),
        "everything else by default: history on, 256 messages taken in one transaction");
  }

  private String version() {
    try (JarFile opened = new JarFile(jar.toFile())) {
      return opened.getManifest().getMainAttributes().getValue("Implementation-Version");
    } catch (IOException e) {
      return "(no version: " + e.getMessage() + ")";
    }
  }

  @Override
  public Launch launch(Stage stage) throws IOException {
    copy(home.resolveSibling("doors").resolve(stage.door().text()), stage.folder());
    copy(home, stage.folder());
    List<String> command = new ArrayList<>();
    command.add(Java.program());
    command.addAll(options);
    command.addAll(stage.jvm());
    command.addAll(jvm);
    command.addAll(List.of("-jar", jar.toString(), "run", "--home", stage.folder().toString()));
    command.add("--server.port=" + stage.port());
    return new Launch(command, environment(stage), "waybill: ready");
  }

  private Map<String, String> environment(Stage stage) {
    Map<String, String> all = new HashMap<>(environment);
    all.put("SPRING_DATASOURCE_URL", stage.jdbcUrl());
    all.put("SPRING_DATASOURCE_USERNAME", stage.servers().jdbcUser());
    all.put("SPRING_DATASOURCE_PASSWORD", stage.servers().jdbcPassword());
    all.put("SPRING_ARTEMIS_BROKERURL", stage.servers().jmsUrl());
    all.put("SPRING_ARTEMIS_USER", stage.servers().jmsUser());
    all.put("SPRING_ARTEMIS_PASSWORD", stage.servers().jmsPassword());
    all.put("WAYBILL_SAMPLE_QUEUE_IN", stage.in());
    all.put("WAYBILL_SAMPLE_QUEUE_OUT", stage.out());
    all.put("WAYBILL_SAMPLE_HTTP_URL", stage.httpUrl());
    return all;
  }

  /** What is there already stays. */
  private static void copy(Path from, Path to) throws IOException {
    if (!Files.exists(from)) {
      return;
    }
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        if (!Files.exists(copy)) {
          Files.createDirectories(copy.getParent());
          Files.copy(file, copy);
        }
      }
    }
  }

  @Override
  public @Nullable String cannot(Door door) {
    return null;
  }

  @Override
  public String unfinished() {
    return "select count(*) from waybill.messages where status <> 'posted'";
  }
}
