package io.waybill.spec.load;

import io.waybill.spec.Destination;
import io.waybill.spec.Link;
import io.waybill.spec.Operation;
import io.waybill.spec.Place;
import io.waybill.spec.Sequencing;
import io.waybill.spec.Specification;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Loads the specification from a folder: {@code application.yaml}, {@code destinations.yaml},
 * {@code operations.yaml} and {@code sequencing.yaml}, each where it is there. All that is wrong is
 * told at once, with file and line; a key that is not known is wrong.
 */
public final class SpecificationLoader {

  private static final Pattern PREFIX = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_.-]*");

  private final Problems problems = new Problems();

  private SpecificationLoader() {}

  /**
   * Loads a specification.
   *
   * @param folder the folder {@code config}
   * @param overrides what is set on top of the files, by dotted path, e.g. {@code
   *     waybill.destinations.erp.in-flight}; keys outside of {@code waybill} are left alone
   * @throws SpecificationException where something is wrong
   */
  public static Specification load(Path folder, Map<String, String> overrides) {
    SpecificationLoader loader = new SpecificationLoader();
    Specification specification = loader.read(folder, overrides);
    List<Problem> errors = loader.problems.errors();
    if (!errors.isEmpty()) {
      throw new SpecificationException(errors);
    }
    return specification;
  }

  /** All errors and warnings of a folder; empty where nothing is wrong. */
  public static List<Problem> check(Path folder) {
    return check(folder, Map.of());
  }

  /** All errors and warnings of a folder with what is set on top of it. */
  public static List<Problem> check(Path folder, Map<String, String> overrides) {
    SpecificationLoader loader = new SpecificationLoader();
    loader.read(folder, overrides);
    return loader.problems.all();
  }

  private Specification read(Path folder, Map<String, String> overrides) {
    Node.Table settings = Settings.read(folder, overrides, problems).waybill();
    Node.Table waybill = settings == null ? new Node.Table(new Place("config", 0)) : settings;
    new TechnicalKeys(problems).check(waybill);

    DestinationsSection systems = new DestinationsSection(problems);
    Map<String, Link> links = systems.links(section(waybill, "links"));
    Map<String, Destination> destinations =
        systems.destinations(section(waybill, "destinations"), links.keySet());
    Map<String, String> nameSpaces = nameSpaces(section(waybill, "namespaces"));
    Expressions expressions = new Expressions(nameSpaces, problems);
    Node written = section(waybill, "operations");
    Map<String, Operation> operations =
        new OperationsSection(expressions, destinations.keySet(), links.keySet(), problems)
            .operations(written);
    Sequencing sequencing =
        new SequencingSection(expressions, operations, problems)
            .sequencing(section(waybill, "sequencing"), places(written));
    new RequirementsCheck(operations, sequencing, places(written), problems).check();
    return new Specification(destinations, operations, sequencing, nameSpaces, links);
  }

  private static @Nullable Node section(Node.Table waybill, String name) {
    Node.Entry entry = waybill.entries().get(name);
    return entry == null || entry.value() instanceof Node.Nothing ? null : entry.value();
  }

  private static Map<String, Place> places(@Nullable Node operations) {
    Map<String, Place> places = new LinkedHashMap<>();
    if (operations instanceof Node.Table table) {
      table.entries().forEach((name, entry) -> places.put(name, entry.at()));
    }
    return places;
  }

  private Map<String, String> nameSpaces(@Nullable Node section) {
    Values values = new Values(problems);
    Map<String, String> nameSpaces = new LinkedHashMap<>();
    Node.Table table = values.table(section, "waybill.namespaces");
    if (table == null) {
      return nameSpaces;
    }
    table
        .entries()
        .forEach(
            (prefix, entry) -> {
              String uri = values.text(entry.value(), "the name space of prefix " + prefix);
              if (!PREFIX.matcher(prefix).matches()
                  || prefix.toLowerCase(java.util.Locale.ROOT).startsWith("xml")) {
                problems.error(
                    entry.at(), "'%s' cannot be a prefix; write a name such as cbc", prefix);
              } else if (uri != null && uri.isBlank()) {
                problems.error(
                    entry.at(), "the name space of prefix %s is empty; write its URI", prefix);
              } else if (uri != null) {
                nameSpaces.put(prefix, uri.strip());
              }
            });
    return nameSpaces;
  }
}
