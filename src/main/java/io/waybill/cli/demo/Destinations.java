package io.waybill.cli.demo;

import jakarta.jms.JMSException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The four destinations, asked what they themselves got, and in which order. */
final class Destinations implements AutoCloseable {

  private final List<Sample> samples;
  private final SampleErp erp;
  private final SampleCrm crm;
  private final SampleLedger ledger;
  private final Path archive;

  Destinations(
      List<Sample> samples, SampleErp erp, SampleCrm crm, SampleLedger ledger, Path archive) {
    this.samples = List.copyOf(samples);
    this.erp = erp;
    this.crm = crm;
    this.ledger = ledger;
    this.archive = archive;
  }

  /**
   * By destination, which samples it got. What it got twice is there twice; what is no sample is
   * left out.
   */
  Map<String, List<Sample>> arrived() throws IOException, SQLException {
    Map<String, List<Sample>> arrived = new LinkedHashMap<>();
    arrived.put("erp", ofBodies(erp.received()));
    arrived.put("crm", ofBodies(crm.received()));
    arrived.put("ledger", ofInvoices(ledger.booked()));
    arrived.put("archive", ofBodies(archived()));
    return arrived;
  }

  private List<byte[]> archived() throws IOException {
    List<byte[]> bodies = new ArrayList<>();
    // one carrier's notes go to the folder of its gateway
    for (Path folder : List.of(archive, archive.resolveSibling("edi"))) {
      if (Files.isDirectory(folder)) {
        try (Stream<Path> files = Files.list(folder)) {
          for (Path file : files.filter(Destinations::isComplete).sorted().toList()) {
            bodies.add(Files.readAllBytes(file));
          }
        }
      }
    }
    return bodies;
  }

  private static boolean isComplete(Path file) {
    return Files.isRegularFile(file) && !String.valueOf(file.getFileName()).startsWith(".");
  }

  private List<Sample> ofBodies(List<byte[]> bodies) {
    List<Sample> found = new ArrayList<>();
    bodies.forEach(body -> addMatch(found, sample -> sample.hasBody(body)));
    return found;
  }

  private List<Sample> ofInvoices(List<String> numbers) {
    List<Sample> found = new ArrayList<>();
    numbers.forEach(number -> addMatch(found, sample -> sample.isInvoice(number)));
    return found;
  }

  private void addMatch(List<Sample> found, Predicate<Sample> matches) {
    samples.stream().filter(matches).findFirst().ifPresent(found::add);
  }

  String crmUrl() {
    return crm.url();
  }

  Path archive() {
    return archive;
  }

  /** Leaves the broker, as programs do that see it stop; the CRM stays for what is under way. */
  @Override
  public void close() throws JMSException {
    erp.close();
  }
}
