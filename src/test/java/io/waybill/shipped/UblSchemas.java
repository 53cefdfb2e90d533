package io.waybill.shipped;

import java.io.InputStream;
import java.io.Reader;
import java.net.URL;
import java.util.List;
import java.util.Map;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.ls.LSInput;
import org.w3c.dom.ls.LSResourceResolver;
import org.xml.sax.SAXException;

/** The published UBL 2.1 schemas, read from the class path only. */
final class UblSchemas {

  /** Imported by their name space alone. */
  private static final Map<String, String> WITHOUT_LOCATION =
      Map.of(
          "urn:un:unece:uncefact:data:specification:CoreComponentTypeSchemaModule:2",
          "/schemas/CCTS_CCT_SchemaModule.xsd",
          "http://www.w3.org/2000/09/xmldsig#",
          "/schemas/xmldsig-core-schema.xsd",
          "http://uri.etsi.org/01903/v1.3.2#",
          "/schemas/XAdES01903v132-201601.xsd",
          "http://uri.etsi.org/01903/v1.4.1#",
          "/schemas/XAdES01903v141-201601.xsd");

  private UblSchemas() {}

  /** One schema for orders, order changes and order cancellations. */
  static Schema ordering() throws SAXException {
    SchemaFactory factory = SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI);
    factory.setResourceResolver(fromClassPath());
    StreamSource[] documents =
        List.of("Order", "OrderChange", "OrderCancellation").stream()
            .map(type -> "/external/schemas/ubl21/maindoc/UBL-" + type + "-2.1.xsd")
            .map(path -> new StreamSource(resource(path).toString()))
            .toArray(StreamSource[]::new);
    return factory.newSchema(documents);
  }

  private static LSResourceResolver fromClassPath() {
    return (type, nameSpace, publicId, systemId, base) -> {
      String path =
          systemId == null
              ? WITHOUT_LOCATION.get(nameSpace)
              : systemId.startsWith("http://www.w3.org/")
                  ? WITHOUT_LOCATION.get(nameSpace)
                  : "/external/schemas/ubl21/common/"
                      + systemId.substring(systemId.lastIndexOf('/') + 1);
      if (path == null) {
        throw new IllegalStateException("No schema for " + nameSpace + " at " + systemId);
      }
      return new Found(resource(path).toString(), publicId);
    };
  }

  private static URL resource(String path) {
    URL found = UblSchemas.class.getResource(path);
    if (found == null) {
      throw new IllegalStateException("Not on the class path: " + path);
    }
    return found;
  }

  /** Only says where to read; the parser does the rest. */
  private record Found(String systemId, @Nullable String publicId) implements LSInput {
    @Override
    public @Nullable Reader getCharacterStream() {
      return null;
    }

    @Override
    public void setCharacterStream(Reader reader) {}

    @Override
    public @Nullable InputStream getByteStream() {
      return null;
    }

    @Override
    public void setByteStream(InputStream stream) {}

    @Override
    public @Nullable String getStringData() {
      return null;
    }

    @Override
    public void setStringData(String data) {}

    @Override
    public String getSystemId() {
      return systemId;
    }

    @Override
    public void setSystemId(String id) {}

    @Override
    public @Nullable String getPublicId() {
      return publicId;
    }

    @Override
    public void setPublicId(String id) {}

    @Override
    public @Nullable String getBaseURI() {
      return null;
    }

    @Override
    public void setBaseURI(String uri) {}

    @Override
    public @Nullable String getEncoding() {
      return null;
    }

    @Override
    public void setEncoding(String name) {}

    @Override
    public boolean getCertifiedText() {
      return false;
    }

    @Override
    public void setCertifiedText(boolean certified) {}
  }
}
