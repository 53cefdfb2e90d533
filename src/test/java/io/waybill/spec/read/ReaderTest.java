package io.waybill.spec.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.message.LaneName;
import io.waybill.message.Payload;
import io.waybill.message.Reason;
import io.waybill.message.Submission;
import io.waybill.spec.Reading;
import io.waybill.spec.load.ConfigFolder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReaderTest {

  private static final long MAX_BODY = 1_000_000;

  @TempDir static Path folder;
  private static Reader reader;

  @BeforeAll
  static void specification() {
    reader =
        new Reader(
            new ConfigFolder(folder)
                .with(
                    "destinations.yaml",
                    """
                    waybill.links: { vpn: , edi: }
                    waybill.destinations:
                      erp: { delivery: repeat }
                      edi: { delivery: repeat }
                      archive: { delivery: repeat }
                    """)
                .with(
                    "operations.yaml",
                    """
                    waybill.namespaces: { o: "urn:order", b: "urn:basic" }
                    waybill.operations:
                      CreateOrder:
                        match: { json: /type, equals: order }
                        values: { customer: { json: /customer/id } }
                        id: { json: /id }
                        business-id: { json: /purchaseOrder }
                        post: [ { when: { json: /channel, equals: EDI }, to: edi }, { to: erp } ]
                      Transfer:
                        match: [ { json: /type, equals: transfer }, { json: /from } ]
                        id: [ { json: /branch }, { json: /id } ]
                        post: erp
                      Invoice:
                        match: { json: /isInvoice }
                        id: { json: /id }
                        post: erp
                      PlaceOrder:
                        match: { root: "o:Order" }
                        id: { xpath: "/o:Order/b:ID" }
                        post: erp
                      Computed:
                        match: { xpath: "count(/o:Sum/o:Item) > 1" }
                        id: { xpath: "concat(/o:Sum/@no, '-', count(//o:Item))" }
                        post: erp
                      Note:
                        match: { header: Kind, equals: note }
                        post: archive
                      Drop:
                        match: { source: "file:*.txt" }
                        id: { constant: only }
                        post: [ { when: { source: "file:a" }, to: archive } ]
                      Named: { id: { header: X-Id }, post: erp }
                      Linked:
                        id: { header: X-Id }
                        post: erp
                        links:
                          - vpn
                          - { name: edi, when: { json: /channel, equals: EDI } }
                          - { name: edi, when: { json: /urgent } }
                    """)
                .with(
                    "sequencing.yaml",
                    """
                    waybill.sequencing:
                      groups:
                        customer:
                          lock-name-space: cust
                          operations:
                            CreateOrder: { key: { value: customer } }
                        account:
                          lock-name-space: acct
                          operations:
                            Transfer: { keys: [ { json: /to }, { json: /from } ] }
                        order:
                          lock-name-space: order
                          operations:
                            PlaceOrder: { key: { xpath: "/o:Order/o:Ref/@no" } }
                      unsequenced: [ Invoice, Computed, Note, Drop, Named, Linked ]
                    """)
                .load(),
            MAX_BODY);
  }

  @Test
  void aJsonDocumentIsTypedKeyedAndRouted() {
    assertThat(
            read(
                """
                {"type": "order", "id": " A-1 ", "customer": {"id": 4711, "x": [1, {"y": null}]}}"""))
        .isEqualTo(new Reading.Read("CreateOrder", "A-1", null, lanes("cust", "4711"), "erp"));
  }

  @Test
  void aNumberAndATextOfTheSameCharactersAreEqual() {
    assertThat(read(order("4711"))).isEqualTo(read(order("\"4711\"")));
    assertThat(read(order("12345678901234567890123456789012345678901234567890")))
        .isEqualTo(read(order("\"12345678901234567890123456789012345678901234567890\"")));
    assertThat(read(order("1.0"))).isEqualTo(read(order("\"1.0\""))).isNotEqualTo(read(order("1")));
    assertThat(read(order("1e5"))).isEqualTo(read(order("\"1e5\"")));
    assertThat(read(order("true"))).isEqualTo(read(order("\"true\"")));
  }

  private static String order(String customer) {
    return "{\"type\":\"order\",\"id\":7,\"customer\":{\"id\":%s}}".formatted(customer);
  }

  @Test
  void theFirstWayWhoseConditionHoldsIsTaken() {
    assertThat(
            read("{'type':'order','id':1,'channel':'EDI','customer':{'id':1},'purchaseOrder':9}"))
        .isEqualTo(new Reading.Read("CreateOrder", "1", "9", lanes("cust", "1"), "edi"));
  }

  @Test
  void thePortionOfTheDocumentDecidesWhichLinksItNeeds() {
    assertThat(linked("{'channel':'EDI','urgent':true}")).containsExactly("edi", "vpn");
    assertThat(linked("{'urgent':1}")).containsExactly("edi", "vpn");
    assertThat(linked("{'channel':'paper'}")).containsExactly("vpn");
    assertThat(linked("<order/>")).containsExactly("vpn");
  }

  private static List<String> linked(String document) {
    Reading reading =
        reader.read(submission(document.replace('\'', '"'), "Linked", Map.of("X-Id", "1")));
    return ((Reading.Read) reading).links();
  }

  @Test
  void severalLanesAreSortedAndEachIsThereOnce() {
    assertThat(read("{'type':'transfer','id':1,'branch':'B','from':'a','to':'b'}"))
        .isEqualTo(
            new Reading.Read(
                "Transfer",
                "B:1",
                null,
                List.of(new LaneName("acct", "a"), new LaneName("acct", "b")),
                "erp"));
    assertThat(read("{'type':'transfer','id':1,'branch':'B','from':'a','to':'a'}"))
        .extracting("lanes")
        .isEqualTo(lanes("acct", "a"));
  }

  @Test
  void differentPartsNeverJoinToTheSameId() {
    assertThat(read("{'type':'transfer','id':'c','branch':'a:b','from':'a','to':'b'}"))
        .extracting("messageId")
        .isEqualTo("a\\:b:c");
    assertThat(read("{'type':'transfer','id':'b:c','branch':'a','from':'a','to':'b'}"))
        .extracting("messageId")
        .isEqualTo("a:b\\:c");
  }

  @Test
  void anXmlDocumentIsTypedAndKeyed() {
    String xml =
        """
        <?xml version="1.0"?>
        <!-- sent by hand -->
        <Order xmlns="urn:order" xmlns:x="urn:basic"><x:ID> A<![CDATA[&]]>1&amp;<!-- no -->2 </x:ID>
        <Ref no="77"><x:ID>other</x:ID></Ref><Line><x:ID>1</x:ID></Line></Order>""";

    assertThat(read(xml))
        .isEqualTo(new Reading.Read("PlaceOrder", "A&1&2", null, lanes("order", "77"), "erp"));
    assertThat(read(xml.replace("1.0\"", "1.0\" encoding=\"UTF-16\""), StandardCharsets.UTF_16))
        .isEqualTo(read(xml));
  }

  @Test
  void theEncodingOfXmlIsTheDeclaredOne() {
    String xml =
        "<?xml version='1.0' encoding='ISO-8859-1'?>"
            + "<Order xmlns='urn:order'><ID xmlns='urn:basic'>Größe</ID><Ref no='7'/></Order>";

    assertThat(read(xml, StandardCharsets.ISO_8859_1)).extracting("messageId").isEqualTo("Größe");
  }

  @Test
  void anXPathMayCompute() {
    assertThat(read("<Sum xmlns='urn:order' no='5'><Item/><Item/></Sum>"))
        .extracting("operation", "messageId")
        .containsExactly("Computed", "5-2");
    assertUntyped(
        read("<Sum xmlns='urn:order' no='5'><Item/></Sum>"),
        "No operation matches the XML document with the root element {urn:order}Sum; there are:"
            + " CreateOrder, Transfer, Invoice, PlaceOrder, Computed, Note, Drop, Named, Linked. Write a"
            + " match: in operations.yaml, or name the operation");
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheDocument() {
    assertThat(read("\uFEFF" + order("1"))).isInstanceOf(Reading.Read.class);
    assertThat(
            read(
                "\uFEFF<Order xmlns='urn:order'><ID xmlns='urn:basic'>1</ID><Ref no='7'/></Order>"))
        .isInstanceOf(Reading.Read.class);
  }

  @Test
  void aDocumentThatNothingIsWantedOfIsNotParsed() {
    assertThat(reader.read(submission("<<<no xml", "Named", Map.of("x-id", "5"))))
        .isEqualTo(new Reading.Read("Named", "5", null, List.of(), "erp"));
  }

  @Test
  void twoMatchingOperationsFailTheDocumentByName() {
    assertUntyped(
        read("{'type':'order','id':1,'isInvoice':true,'customer':{'id':1}}"),
        "More than one operation matches the document: CreateOrder, Invoice; make their match:"
            + " exclude each other, or name the operation");
  }

  @Test
  void anOperationThatIsNamedNeedsNotMatch() {
    assertThat(
            reader.read(
                submission("{'type':'order','id':1,'isInvoice':true}", "Invoice", Map.of())))
        .isEqualTo(new Reading.Read("Invoice", "1", null, List.of(), "erp"));
  }

  @Test
  void anUnknownOperationIsToldWithTheNearestOne() {
    assertUntyped(
        reader.read(submission("{}", "CreateOder", Map.of())),
        "There is no operation 'CreateOder'; did you mean CreateOrder?");
    assertUntyped(
        reader.read(submission("{}", "x\u0000y", Map.of())),
        "There is no operation 'xU+0000y'; there are: CreateOrder, Transfer, Invoice, PlaceOrder,"
            + " Computed, Note, Drop, Named, Linked");
  }

  @Test
  void aSourceMaySendOnlyWhatItIsAllowedTo() {
    String detail = "This source may send only Invoice, Note; ";
    assertUntyped(
        reader.read(
            submission(order("1"), "CreateOrder", Map.of(), Set.of("Note", "Invoice"), null)),
        detail + "it names CreateOrder");
    assertUntyped(
        reader.read(submission(order("1"), null, Map.of(), Set.of("Note", "Invoice"), null)),
        detail + "the document asks for CreateOrder");
    assertThat(reader.read(submission(order("1"), null, Map.of(), Set.of("CreateOrder"), null)))
        .isInstanceOf(Reading.Read.class);
  }

  @Test
  void aSourceOfOneOperationNeedsNoMatch() {
    assertThat(reader.read(submission("x", null, Map.of("X-Id", "5"), Set.of("Named"), null)))
        .isEqualTo(new Reading.Read("Named", "5", null, List.of(), "erp"));
  }

  @Test
  void theIdMayComeWithTheTransport() {
    assertThat(reader.read(submission("x", null, Map.of("kind", "note"), Set.of(), " 12 ")))
        .isEqualTo(new Reading.Read("Note", "12", null, List.of(), "archive"));
    assertUnkeyed(
        reader.read(submission("x", null, Map.of("kind", "note"), Set.of(), null)),
        "The message carries no message id, and Note names no expression for it; write an id: in"
            + " operations.yaml, or send the header Idempotency-Key (HTTP) or waybill_message_id"
            + " (JMS)");
    assertUnkeyed(
        reader.read(submission("x", null, Map.of("kind", "note"), Set.of(), "a\u0000")),
        "The message id that came with the document for Note cannot be used: it contains the"
            + " control character U+0000, which is not allowed");
  }

  @Test
  void aDocumentForWhichNoWayIsOpenIsToldSo() {
    assertThat(reader.read(submission("x", "Drop", Map.of())))
        .isEqualTo(
            new Reading.Unread(
                Reason.UNTYPED,
                "No condition under post: of Drop holds for the document; write { to: DESTINATION }"
                    + " as its last entry for all others",
                "Drop",
                "only"));
  }

  static Stream<Arguments> unusableIds() {
    return Stream.of(
        Arguments.of("'x':1", "there is no such field in the document"),
        Arguments.of("'id':null", "it is null"),
        Arguments.of("'id':'  '", "it is empty"),
        Arguments.of("'id':{'a':1}", "it is an object, not a text or a number"),
        Arguments.of("'id':[1]", "it is an array, not a text or a number"),
        Arguments.of(
            "'id':'" + "x".repeat(201) + "'", "it has 201 characters, at most 200 are allowed"),
        Arguments.of(
            "'id':'a\\u0000b'", "it contains the control character U+0000, which is not allowed"),
        Arguments.of(
            "'id':'a\\tb'", "it contains the control character U+0009, which is not allowed"),
        Arguments.of(
            "'id':'a\\ud800b'", "it contains half of a character, U+D800, which is not allowed"));
  }

  @ParameterizedTest
  @MethodSource("unusableIds")
  void anUnusableIdIsToldWithItsExpression(String field, String why) {
    assertUnkeyed(
        read("{'type':'order',%s,'customer':{'id':1}}".formatted(field)),
        "The id of CreateOrder (json: /id, operations.yaml:6) cannot be used: " + why);
  }

  @Test
  void twoHundredCharactersAreEnoughAndAllowed() {
    String id = "😀".repeat(200);
    assertThat(read("{'type':'order','id':'%s','customer':{'id':1}}".formatted(id)))
        .extracting("messageId")
        .isEqualTo(id);
  }

  @Test
  void anUnusableKeyIsToldWithTheId() {
    assertThat(read("{'type':'order','id':12}"))
        .isEqualTo(
            new Reading.Unread(
                Reason.UNKEYED,
                "The key in lock name space cust of CreateOrder (json: /customer/id,"
                    + " operations.yaml:5) cannot be used: there is no such field in the document",
                "CreateOrder",
                "12"));
  }

  static Stream<Arguments> unusableNodes() {
    return Stream.of(
        Arguments.of(
            "<x/>",
            "there is no such node in the document, whose root element is {urn:order}Order"),
        Arguments.of("<b:ID/>", "it is empty"),
        Arguments.of("<b:ID>1</b:ID><b:ID>2</b:ID>", "there are 2 such nodes, one is needed"),
        Arguments.of("<b:ID>1<x/></b:ID>", "it holds elements, not a text"),
        Arguments.of(
            "<b:ID>1\n2</b:ID>", "it contains the control character U+000A, which is not allowed"));
  }

  @ParameterizedTest
  @MethodSource("unusableNodes")
  void anUnusableNodeIsToldWithItsExpression(String node, String why) {
    assertUnkeyed(
        read("<Order xmlns='urn:order' xmlns:b='urn:basic'>%s</Order>".formatted(node)),
        "The id of PlaceOrder (xpath: /o:Order/b:ID, operations.yaml:19) cannot be used: " + why);
  }

  static Stream<Arguments> brokenDocuments() {
    return Stream.of(
        Arguments.of("", "The document is empty"),
        Arguments.of(" \n ", "the document is empty: it has nothing but white space"),
        Arguments.of(
            "{'a':1,\n 'b' 2}",
            "not well-formed JSON at line 2, column 6: Unexpected character ('2' (code 50)): was"
                + " expecting a colon to separate field name and value"),
        Arguments.of(
            "{'a':1} x",
            "not well-formed JSON at line 1, column 9: Unrecognized token 'x': was expecting (JSON"
                + " String, Number, Array, Object or token 'null', 'true' or 'false')"),
        Arguments.of(
            "{'a':1}{'a':1}",
            "not well-formed JSON at line 1, column 8: something follows the end of the document"),
        Arguments.of(
            "{'a':1,'a':2}", "not well-formed JSON at line 1, column 11: Duplicate field 'a'"),
        Arguments.of(
            "{'a':[1,{'b'", "not well-formed JSON at line 1, column 13: Unexpected end-of-input"),
        Arguments.of(
            "<Order>\n<a></b></Order>",
            "not well-formed XML at line 2, column 6: The element type \"a\" must be terminated by"
                + " the matching end-tag \"</a>\"."),
        Arguments.of(
            "<Order/><x/>",
            "not well-formed XML at line 1, column 10: The markup in the document following the"
                + " root element must be well-formed."),
        Arguments.of(
            "<!DOCTYPE Order><Order/>",
            "not acceptable XML at line 1, column 17: it has a DOCTYPE, which is not allowed; send"
                + " it without"),
        Arguments.of(
            "<!DOCTYPE Order SYSTEM 'file:///etc/passwd' [ <!ENTITY a SYSTEM 'file:///etc/passwd'>"
                + " ]><Order>&a;</Order>",
            "it has a DOCTYPE, which is not allowed; send it without"),
        Arguments.of("<Order>&undeclared;</Order>", "The entity \"undeclared\" was referenced"),
        Arguments.of("<Order a='&undeclared;'/>", "The entity \"undeclared\" was referenced"),
        Arguments.of(
            "<x:Order/>",
            "not well-formed XML at line 1, column 11: a prefix is not bound as name spaces demand,"
                + " ElementPrefixUnbound?x&x:Order"),
        Arguments.of("<:Order/>", "the name ':Order' begins with a colon"),
        Arguments.of("<Order>&#0;</Order>", "not well-formed XML at line 1"),
        Arguments.of("<?xml version='1.0' encoding='nothing'?><Order/>", "not well-formed XML"),
        Arguments.of(
            "<a>".repeat(201) + "</a>".repeat(201), "elements are nested more than 200 deep"),
        Arguments.of("<a>".repeat(100_000), "elements are nested more than 200 deep"),
        Arguments.of("[".repeat(100_000), "exceeds the maximum allowed (200"),
        Arguments.of("{'a':".repeat(100_000), "exceeds the maximum allowed (200"),
        Arguments.of("{'n':" + "9".repeat(10_000) + "}", "exceeds the maximum allowed (1000"),
        Arguments.of("plain text", "not well-formed JSON at line 1, column 1: Unrecognized token"));
  }

  @ParameterizedTest
  @MethodSource("brokenDocuments")
  void aBrokenDocumentIsToldWithItsPlace(String document, String detail) {
    assertUnread(read(document), Reason.UNREADABLE, detail);
  }

  @Test
  void manyEntitiesDoNotGrow() {
    StringBuilder bomb =
        new StringBuilder("<?xml version='1.0'?><!DOCTYPE lolz [<!ENTITY l0 'ha'>");
    for (int i = 1; i < 30; i++) {
      bomb.append("<!ENTITY l%d '%s'>".formatted(i, "&l%d;".formatted(i - 1).repeat(10)));
    }
    bomb.append("]><lolz>&l29;</lolz>");

    assertUnread(
        read(bomb.toString()),
        Reason.UNREADABLE,
        "it has a DOCTYPE, which is not allowed; send it without");
  }

  @Test
  void anElementWithTooManyAttributesIsRefused() {
    StringBuilder element = new StringBuilder("<Order");
    for (int i = 0; i < 2_000; i++) {
      element.append(" a").append(i).append("='x'");
    }

    assertUnread(
        read(element + "/>"), Reason.UNREADABLE, "an element has more than 1000 attributes");
  }

  @Test
  void jsonThatIsNotUtf8IsRefused() {
    assertUnread(
        read("{\n'a':'ü'}", StandardCharsets.ISO_8859_1),
        Reason.UNREADABLE,
        "not UTF-8, as JSON has to be: byte 0xFC at line 2, column 6 is no character");
    assertUnread(read("{'a':1}", StandardCharsets.UTF_16), Reason.UNREADABLE, "not UTF-8");
    assertUnread(read("{'a':1}", StandardCharsets.UTF_16LE), Reason.UNREADABLE, "not well-formed");
    assertUnread(read("{'a':1}", StandardCharsets.UTF_16BE), Reason.UNREADABLE, "not well-formed");
  }

  @Test
  void anExpressionOfAnotherTypeThanTheDocumentIsToldSo() {
    assertUnread(
        reader.read(submission("<a/>", "CreateOrder", Map.of())),
        Reason.UNREADABLE,
        "The id of CreateOrder (json: /id, operations.yaml:6) cannot be used: the document is XML,"
            + " not JSON: it begins with '<'");
    assertUnread(
        reader.read(submission("{}", "PlaceOrder", Map.of())),
        Reason.UNREADABLE,
        "the document is not XML: it does not begin with '<'");
  }

  @Test
  void aDocumentThatIsTooLargeIsNotRead() {
    assertUnread(
        read("x".repeat((int) MAX_BODY + 1)),
        Reason.TOO_LARGE,
        "The document has 1000001 bytes; waybill.max-body allows 1000000");
  }

  @Test
  void aFailureThatItsSourceKnowsIsPassedOn() {
    Submission failed =
        new Submission(
            new Payload(new byte[0], null, Map.of()),
            "sender",
            "jms:in",
            "CreateOrder",
            Set.of(),
            "4",
            Map.of(),
            new Submission.Failure(Reason.ROUTE_FAILED, "mapping broke\u0000"));

    assertThat(reader.read(failed))
        .isEqualTo(
            new Reading.Unread(Reason.ROUTE_FAILED, "mapping brokeU+0000", "CreateOrder", "4"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void noBytesMakeItThrow(int seed) {
    Random random = new Random(seed);
    String[] seeds = {
      order("1"), "<Order xmlns='urn:order'><ID xmlns='urn:basic'>1</ID><Ref no='7'/></Order>"
    };
    for (int i = 0; i < 2_000; i++) {
      byte[] body = seeds[i % 2].getBytes(StandardCharsets.UTF_8);
      for (int hits = random.nextInt(4); hits >= 0; hits--) {
        body[random.nextInt(body.length)] = (byte) random.nextInt(256);
      }
      Reading reading = reader.read(submission(body, null, Map.of(), Set.of(), null));
      if (reading instanceof Reading.Unread unread) {
        assertThat(unread.detail()).doesNotContain("cannot be read:").doesNotContain("\u0000");
      }
    }
  }

  @Test
  void severalThreadsReadAtTheSameTime() {
    List<String> messageIds =
        IntStream.range(0, 500)
            .parallel()
            .mapToObj(i -> read("<Sum xmlns='urn:order' no='%d'><Item/><Item/></Sum>".formatted(i)))
            .map(reading -> ((Reading.Read) reading).messageId())
            .toList();

    assertThat(messageIds).isEqualTo(IntStream.range(0, 500).mapToObj(i -> i + "-2").toList());
  }

  @Test
  void whatIsToldStaysShort() {
    String name = "n".repeat(40_000);
    assertThat(read("{'%s':1,'%s':2}".formatted(name, name)))
        .isInstanceOfSatisfying(
            Reading.Unread.class, unread -> assertThat(unread.detail()).hasSizeLessThan(1_100));
  }

  private static Reading read(String document) {
    return read(document, StandardCharsets.UTF_8);
  }

  private static Reading read(String document, Charset charset) {
    return reader.read(
        submission(document(document).getBytes(charset), null, Map.of(), Set.of(), null));
  }

  /** JSON is written with single quotes here, to be read more easily. */
  private static String document(String text) {
    return text.stripLeading().startsWith("<") || text.startsWith("\uFEFF<")
        ? text
        : text.replace('\'', '"');
  }

  private static Submission submission(
      String document, @Nullable String operation, Map<String, String> headers) {
    return submission(document, operation, headers, Set.of(), null);
  }

  private static Submission submission(
      String document,
      @Nullable String operation,
      Map<String, String> headers,
      Set<String> allowed,
      @Nullable String messageId) {
    return submission(
        document(document).getBytes(StandardCharsets.UTF_8),
        operation,
        headers,
        allowed,
        messageId);
  }

  private static Submission submission(
      byte[] document,
      @Nullable String operation,
      Map<String, String> headers,
      Set<String> allowed,
      @Nullable String messageId) {
    return new Submission(
        new Payload(document, null, Map.of()),
        "sender",
        "jms:in",
        operation,
        allowed,
        messageId,
        headers,
        null);
  }

  private static List<LaneName> lanes(String nameSpace, String key) {
    return List.of(new LaneName(nameSpace, key));
  }

  private static void assertUntyped(Reading reading, String detail) {
    assertThat(reading)
        .isEqualTo(new Reading.Unread(Reason.UNTYPED, detail, operation(reading), null));
  }

  private static @Nullable String operation(Reading reading) {
    return reading instanceof Reading.Unread unread ? unread.operation() : null;
  }

  private static void assertUnkeyed(Reading reading, String detail) {
    assertThat(reading)
        .isInstanceOfSatisfying(
            Reading.Unread.class,
            unread -> {
              assertThat(unread.detail()).isEqualTo(detail);
              assertThat(unread.reason()).isEqualTo(Reason.UNKEYED);
              assertThat(unread.operation()).isNotNull();
              assertThat(unread.messageId()).isNull();
            });
  }

  private static void assertUnread(Reading reading, Reason reason, String detail) {
    assertThat(reading)
        .isInstanceOfSatisfying(
            Reading.Unread.class,
            unread -> {
              assertThat(unread.detail()).contains(detail);
              assertThat(unread.reason()).isEqualTo(reason);
            });
  }
}
