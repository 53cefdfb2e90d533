package io.waybill.shipped;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.xml.sax.SAXException;

/** The documents in {@code samples/} are what {@code samples/README.md} says of them. */
class SampleDocumentsTest {

  private static final Path SAMPLES = Path.of("samples");
  private static Schema ubl;

  @BeforeAll
  static void loadSchemas() throws SAXException {
    ubl = UblSchemas.ordering();
  }

  @ParameterizedTest
  @MethodSource("xmlSamples")
  void followsThePublishedStructure(File file) throws Exception {
    ubl.newValidator().validate(new StreamSource(file));
  }

  @Test
  void theSchemaRefusesElementsOutOfOrder() throws IOException {
    String order = Files.readString(SAMPLES.resolve("jms/order-FM-20418.1-order.xml"));
    String id = "  <cbc:ID>FM-20418</cbc:ID>\n";
    String date = "  <cbc:IssueDate>2026-10-05</cbc:IssueDate>\n";
    String swapped = order.replace(id + date, date + id);

    assertThat(swapped).isNotEqualTo(order);
    assertThatThrownBy(
            () -> ubl.newValidator().validate(new StreamSource(new StringReader(swapped))))
        .isInstanceOf(SAXException.class);
  }

  @Test
  void theDocumentsOfALaneComeFromOneSourceAndAreNumberedWithoutGaps() throws IOException {
    Map<String, Set<String>> sources = new TreeMap<>();
    Map<String, List<Integer>> numbers = new TreeMap<>();
    for (Path file : samples()) {
      String[] name = file.getFileName().toString().split("\\.");
      sources.computeIfAbsent(name[0], lane -> new HashSet<>()).add(sourceOf(file));
      numbers
          .computeIfAbsent(name[0], lane -> new ArrayList<>())
          .add(Integer.valueOf(name[1].substring(0, name[1].indexOf('-'))));
    }

    assertThat(sources).allSatisfy((lane, from) -> assertThat(from).hasSize(1));
    assertThat(numbers)
        .allSatisfy(
            (lane, all) ->
                assertThat(all)
                    .containsExactlyElementsOf(
                        Stream.iterate(1, n -> n + 1).limit(all.size()).toList()));
  }

  @ParameterizedTest
  @MethodSource("xmlSamples")
  void namesTheOrderOfItsFileName(File file) throws Exception {
    String order = file.getName().substring("order-".length(), file.getName().indexOf('.'));
    assertThat(orderNumber(parsed(file))).isEqualTo(order);
  }

  @Test
  void changesCountFromOneInTheOrderOfTheirFileNames() throws Exception {
    for (Path file : samples()) {
      String name = file.getFileName().toString();
      if (name.contains("-change-")) {
        String number = name.substring(name.lastIndexOf('-') + 1, name.lastIndexOf('.'));
        assertThat(text(parsed(file.toFile()), "/*/*[local-name()='SequenceNumberID']"))
            .as(name)
            .isEqualTo(number);
      }
    }
  }

  @Test
  void everyDocumentHasAnIdOfItsOwn() throws Exception {
    Map<String, Path> ids = new LinkedHashMap<>();
    for (Path file : samples()) {
      Path earlier = ids.put(id(file), file);
      assertThat(earlier).as("%s has the id of", file).isNull();
    }
    assertThat(ids).hasSizeGreaterThan(40);
  }

  @Test
  void everyDocumentIsSmallEnoughToRead() throws IOException {
    for (Path file : samples()) {
      assertThat(Files.size(file)).as(file.toString()).isBetween(150L, 4500L);
    }
  }

  private static String id(Path file) throws Exception {
    if (file.toString().endsWith(".xml")) {
      Document document = parsed(file.toFile());
      return document.getDocumentElement().getLocalName()
          + " "
          + text(document, "//*[local-name()='BuyerCustomerParty']//*[local-name()='EndpointID']")
          + " "
          + text(document, "/*/*[local-name()='ID']");
    }
    JsonNode document = new ObjectMapper().readTree(file.toFile());
    for (String field : List.of("eventId", "noteNumber", "invoiceNumber")) {
      if (document.hasNonNull(field)) {
        return document.get(field).asText();
      }
    }
    throw new AssertionError("no id in " + file);
  }

  private static String orderNumber(Document document) throws Exception {
    return document.getDocumentElement().getLocalName().equals("Order")
        ? text(document, "/*/*[local-name()='ID']")
        : text(document, "/*/*[local-name()='OrderReference']/*[local-name()='ID']");
  }

  private static String text(Document document, String path) throws Exception {
    XPath xpath = XPathFactory.newInstance().newXPath();
    return xpath.evaluate(path, document);
  }

  private static Document parsed(File file) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setNamespaceAware(true);
    return factory.newDocumentBuilder().parse(file);
  }

  private static String sourceOf(Path file) {
    return SAMPLES.relativize(file).getName(0).toString();
  }

  static List<File> xmlSamples() throws IOException {
    return samples().stream().filter(f -> f.toString().endsWith(".xml")).map(Path::toFile).toList();
  }

  private static List<Path> samples() throws IOException {
    try (Stream<Path> files = Files.walk(SAMPLES)) {
      return files
          .filter(f -> f.toString().endsWith(".xml") || f.toString().endsWith(".json"))
          .sorted()
          .toList();
    }
  }
}
