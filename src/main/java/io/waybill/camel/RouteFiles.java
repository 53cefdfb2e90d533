package io.waybill.camel;

import io.waybill.spec.Place;
import io.waybill.spec.Specification;
import io.waybill.spec.load.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteTemplateDefinition;
import org.jspecify.annotations.Nullable;

/** The files of routes in a folder: read, parsed, and held against a specification. */
public final class RouteFiles {

  static final String ENDING = ".camel.yaml";

  private final TreeMap<String, RouteFile> files = new TreeMap<>();
  private final List<Problem> unread = new ArrayList<>();

  private RouteFiles() {}

  /**
   * Reads the files of a folder, without starting anything; what is wrong is kept for the check.
   */
  public static RouteFiles read(Path folder) {
    RouteFiles read = new RouteFiles();
    // never started, so there is nothing to stop: it only lends its parsers
    CamelContext scratch = new DefaultCamelContext();
    try (Stream<Path> all = Files.isDirectory(folder) ? Files.list(folder) : Stream.empty()) {
      for (Path file : all.filter(RouteFiles::isOne).sorted().toList()) {
        read.add(file, scratch);
      }
    } catch (IOException e) {
      read.unread.add(unreadable(folder, e));
    }
    return read;
  }

  private static boolean isOne(Path file) {
    return file.getFileName().toString().endsWith(ENDING) && Files.isRegularFile(file);
  }

  private static Problem unreadable(Path file, IOException e) {
    return new Problem(
        Problem.Severity.ERROR,
        new Place(String.valueOf(file.getFileName()), 0),
        "cannot be read: " + e);
  }

  private void add(Path file, CamelContext scratch) {
    String name = file.getFileName().toString();
    try {
      RouteFile parsed = RouteFile.parse(name, Files.readAllBytes(file), scratch, unread);
      if (parsed != null) {
        files.put(name, parsed);
      }
    } catch (IOException e) {
      unread.add(unreadable(file, e));
    }
  }

  Map<String, RouteFile> files() {
    return files;
  }

  /** Where routes begin, by file. */
  Map<RouteFile, List<RouteFile.Origin>> origins() {
    Map<String, RouteTemplateDefinition> templates = new HashMap<>();
    files
        .values()
        .forEach(file -> file.templates().forEach(each -> templates.put(each.getId(), each)));
    Map<RouteFile, List<RouteFile.Origin>> origins = new java.util.LinkedHashMap<>();
    files.values().forEach(file -> origins.put(file, file.origins(templates)));
    return origins;
  }

  /**
   * All that is wrong with them, by file and line.
   *
   * @param specification null where that itself is wrong: then only what does not need it
   */
  public List<Problem> check(@Nullable Specification specification) {
    List<Problem> problems = new ArrayList<>(unread);
    new RouteCheck(this, problems).check(unread.isEmpty() ? specification : null);
    return sorted(problems);
  }

  static List<Problem> sorted(Collection<Problem> problems) {
    return problems.stream()
        .distinct()
        .sorted(
            Comparator.comparing((Problem problem) -> problem.at().file())
                .thenComparingInt(problem -> problem.at().line()))
        .toList();
  }
}
