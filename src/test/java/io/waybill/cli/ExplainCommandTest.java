package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("waybill explain")
class ExplainCommandTest {

  @TempDir private Path home;

  @BeforeEach
  void specification() throws Exception {
    Files.createDirectories(home.resolve("config"));
    write(
        "config/destinations.yaml",
        """
        waybill.destinations: { erp: { delivery: hold, links: [ vpn ] } }
        waybill.links: { vpn: { every: 5s, timeout: 1s }, edi: { every: 5s, timeout: 1s } }
        """);
    write(
        "config/operations.yaml",
        """
        waybill.operations:
          PlaceOrder:
            match: { header: kind, equals: order }
            id: { json: /id }
            business-id: { json: /po }
            requires: [ { posted: { operation: CreateCustomer, key: { json: /customer } } } ]
            links: [ { name: edi, when: { json: /channel, equals: EDI } } ]
            post: erp
          CreateCustomer: { match: { header: kind, equals: customer }, id: { json: /id }, post: erp }
          Cancel:
            match: { header: kind, equals: cancel }
            id: { json: /id }
            after: [ PlaceOrder ]
            post: erp
        """);
    write(
        "config/sequencing.yaml",
        """
        waybill.sequencing:
          groups:
            order:
              lock-name-space: po
              operations: { PlaceOrder: { key: { json: /po } }, Cancel: { key: { json: /po } } }
            customer:
              lock-name-space: cust
              operations: { CreateCustomer: { key: { json: /id }, number: { json: /seq } } }
        """);
  }

  private Path write(String name, String content) throws Exception {
    return Files.writeString(home.resolve(name), content);
  }

  @Test
  void aDocumentIsShownAsTheSpecificationReadsIt() throws Exception {
    Path order =
        write(
            "order.json",
            "{\"id\":\"o-1\",\"po\":\"4711\",\"customer\":\"7\",\"channel\":\"EDI\"}");

    String out = explain(0, order.toString(), "--header", "kind=order");

    assertThat(out.lines())
        .containsExactly(
            "operation    PlaceOrder",
            "message id   o-1",
            "business id  4711",
            "lanes        po:4711",
            "waits for    CreateCustomer key=7",
            "links        edi vpn",
            "destination  erp",
            "delivery     hold",
            "");
  }

  @Test
  void whatItComesAfterIsShown() throws Exception {
    Path cancel = write("cancel.json", "{\"id\":\"c-1\",\"po\":\"4711\"}");

    assertThat(explain(0, cancel.toString(), "--header", "kind=cancel"))
        .contains("comes after  PlaceOrder");
  }

  @Test
  void theNumberOfADocumentIsShown() throws Exception {
    Path customer = write("customer.json", "{\"id\":\"7\",\"seq\":3}");

    assertThat(explain(0, customer.toString(), "--operation", "CreateCustomer"))
        .contains("lanes        cust:7", "numbers      cust:7 number 3");
  }

  @Test
  void whyItWouldFailIsShownWithItsExitCode() throws Exception {
    Path order = write("order.json", "{\"id\":\"o-1\"}");

    assertThat(explain(1, order.toString(), "--operation", "PlaceOrder"))
        .contains("fails as     unkeyed", "lock name space po", "/po");
    assertThat(explain(1, order.toString(), "-o", "json")).contains("\"reason\":\"untyped\"");
  }

  @Test
  void aFileOfManyDocumentsIsShownByItsFirstOnes() throws Exception {
    Path orders = write("orders.csv", "id,po,customer\n1,7,c\n2\n3,8,c\n");

    String out =
        explain(
            1, orders.toString(), "--split", "csv", "--operation", "PlaceOrder", "--limit", "2");

    assertThat(out)
        .contains("lanes        po:7", "line         3", "1 fields")
        .doesNotContain("po:8")
        .contains("2 documents can be read, 1 cannot");
  }

  private String explain(int code, String... words) {
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      String[] all = new String[words.length + 3];
      all[0] = "explain";
      System.arraycopy(words, 0, all, 1, words.length);
      all[words.length + 1] = "--home";
      all[words.length + 2] = home.toString();
      assertThat(Main.run(all)).isEqualTo(code);
    } finally {
      System.setOut(before);
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
