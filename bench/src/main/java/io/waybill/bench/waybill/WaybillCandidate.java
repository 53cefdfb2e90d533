package io.waybill.bench.waybill;

import io.waybill.bench.candidate.Candidate;
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

/**
 * The broker as it is shipped, with ordinary routes: {@code jms: -> submit}, {@code post -> jms:}.
 */
public final class WaybillCandidate implements Candidate {

  private final String name;
  private final Path jar;
  private final Path home;
  private final List<String> options;

  /**
   * A packaged broker.
   *
   * @param name {@code waybill}, or another for another jar
   * @param jar as the script runs it
   * @param home a folder with {@code config/} and {@code routes/}, copied for each process
   * @param options what the script gives the JVM
   */
  public WaybillCandidate(String name, Path jar, Path home, List<String> options) {
    this.name = name;
    this.jar = jar.toAbsolutePath();
    this.home = home.toAbsolutePath();
    this.options = List.copyOf(options);
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
    copy(home, stage.folder());
    List<String> command = new ArrayList<>();
    command.add(Java.program());
    command.addAll(options);
    command.addAll(stage.jvm());
    command.addAll(List.of("-jar", jar.toString(), "run", "--home", stage.folder().toString()));
    command.add("--server.port=0");
    return new Launch(command, environment(stage), "waybill: ready");
  }

  private static Map<String, String> environment(Stage stage) {
    Map<String, String> environment = new HashMap<>();
    environment.put("SPRING_DATASOURCE_URL", stage.jdbcUrl());
    environment.put("SPRING_DATASOURCE_USERNAME", stage.servers().jdbcUser());
    environment.put("SPRING_DATASOURCE_PASSWORD", stage.servers().jdbcPassword());
    environment.put("SPRING_ARTEMIS_BROKERURL", stage.servers().jmsUrl());
    environment.put("SPRING_ARTEMIS_USER", stage.servers().jmsUser());
    environment.put("SPRING_ARTEMIS_PASSWORD", stage.servers().jmsPassword());
    environment.put("WAYBILL_SAMPLE_QUEUE_IN", stage.in());
    environment.put("WAYBILL_SAMPLE_QUEUE_OUT", stage.out());
    return environment;
  }

  private static void copy(Path from, Path to) throws IOException {
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
  public String unfinished() {
    return "select count(*) from waybill.messages where status <> 'posted'";
  }
}
