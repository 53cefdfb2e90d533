package io.waybill.cli.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A document of {@code samples/}. Its file is named {@code LANE.NUMBER-WHAT}; sorting by name gives
 * the order in which it has to be sent.
 *
 * @param source the way it goes in
 * @param file where it lies
 * @param body its bytes
 */
record Sample(Source source, Path file, byte[] body) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** All samples, in the order of their names within each way in. */
  static List<Sample> in(Path samples) throws IOException {
    List<Sample> all = new ArrayList<>();
    for (Source source : Source.values()) {
      try (Stream<Path> files = Files.list(samples.resolve(source.folder()))) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          all.add(new Sample(source, file, Files.readAllBytes(file)));
        }
      }
    }
    return all;
  }

  String name() {
    return String.valueOf(file.getFileName());
  }

  /** What it belongs to, e.g. {@code order-RS-880}. */
  String thread() {
    return name().substring(0, name().indexOf('.'));
  }

  /** The key in that, e.g. {@code RS-880}. */
  String key() {
    return thread().substring(thread().indexOf('-') + 1);
  }

  /** Its number in its lane and what it is, e.g. {@code 2 change-1}. */
  String what() {
    String rest = name().substring(name().indexOf('.') + 1, name().lastIndexOf('.'));
    return rest.replaceFirst("-", " ");
  }

  String contentType() {
    return name().endsWith(".json") ? "application/json" : "application/xml";
  }

  boolean hasBody(byte[] bytes) {
    return Arrays.equals(body, bytes);
  }

  /** Whether it is the invoice of that number. */
  boolean isInvoice(String number) {
    try {
      return name().endsWith(".json")
          && JSON.readTree(body).path("invoiceNumber").asText().equals(number);
    } catch (IOException e) {
      return false;
    }
  }
}
