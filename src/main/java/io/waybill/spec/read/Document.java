package io.waybill.spec.read;

import io.waybill.message.Submission;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A document being read: parsed only when something of it is wanted, and then once. */
final class Document {

  /** What a document looks like from its beginning. */
  enum Kind {
    JSON,
    XML
  }

  private static final Found XML_NOT_JSON =
      new Found.Foreign("the document is XML, not JSON: it begins with '<'");
  private static final Found NOT_XML =
      new Found.Foreign("the document is not XML: it does not begin with '<'");

  private final Submission submission;
  private final JsonFields jsonFields;
  private final XmlFields xmlFields;
  private final Kind kind;
  private Found @Nullable [] json;
  private XmlFields.@Nullable Nodes xml;
  private @Nullable Broken broken;

  /** What was handed in, and the fields to look for. */
  Document(Submission submission, JsonFields jsonFields, XmlFields xmlFields) {
    this.submission = submission;
    this.jsonFields = jsonFields;
    this.xmlFields = xmlFields;
    this.kind = kind(submission.payload().body());
  }

  private static Kind kind(byte[] body) {
    int at = 0;
    // A byte order mark, and the zeros and byte order marks of UTF-16, lie before the first '<'.
    while (at < body.length && at < 1_000) {
      switch (body[at]) {
        case '<' -> {
          return Kind.XML;
        }
        case ' ',
            '\t',
            '\r',
            '\n',
            0,
            (byte) 0xEF,
            (byte) 0xBB,
            (byte) 0xBF,
            (byte) 0xFE,
            (byte) 0xFF ->
            at++;
        default -> {
          return Kind.JSON;
        }
      }
    }
    return Kind.JSON;
  }

  Kind kind() {
    return kind;
  }

  /** What was handed in. */
  Submission submission() {
    return submission;
  }

  /** The JSON field of that number. */
  Found json(int slot) throws Broken {
    if (kind == Kind.XML) {
      return XML_NOT_JSON;
    }
    failAgain();
    if (json == null) {
      try {
        json = jsonFields.scan(submission.payload().body());
      } catch (Broken e) {
        broken = e;
        throw e;
      }
    }
    return json[slot];
  }

  /** The XML node of that number. */
  Found xml(int slot) throws Broken {
    return kind == Kind.JSON ? NOT_XML : xml().found()[slot];
  }

  /** The XML nodes of an XML document. */
  XmlFields.Nodes xml() throws Broken {
    failAgain();
    if (xml == null) {
      try {
        xml = xmlFields.scan(submission.payload().body());
      } catch (Broken e) {
        broken = e;
        throw e;
      }
    }
    return xml;
  }

  private void failAgain() throws Broken {
    if (broken != null) {
      throw broken;
    }
  }

  /** The header of that name, whose case does not matter. */
  Found header(String name) {
    Map<String, String> headers = submission.headers();
    String value = headers.get(name);
    if (value == null) {
      for (Map.Entry<String, String> header : headers.entrySet()) {
        if (header.getKey().equalsIgnoreCase(name)) {
          value = header.getValue();
        }
      }
    }
    return value == null ? new Found.Absent("there is no such header") : Found.of(value);
  }

  /** How it is to be called in an error. */
  String description() {
    if (kind == Kind.JSON) {
      return "the document";
    }
    return xml == null
        ? "the XML document"
        : "the XML document with the root element " + Quoted.of("" + xml.root());
  }
}
