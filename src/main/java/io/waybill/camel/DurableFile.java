package io.waybill.camel;

import java.io.FileNotFoundException;
import java.nio.file.Path;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Forces the file that a {@code file:} endpoint has just written, and its folder's entry, to disk;
 * Camel itself does not. Write {@code - bean: waybillDurableFile} behind it.
 */
final class DurableFile implements Processor {

  @Override
  public void process(Exchange exchange) throws Exception {
    String written = exchange.getMessage().getHeader(Exchange.FILE_NAME_PRODUCED, String.class);
    if (written == null) {
      throw new FileNotFoundException(
          "No file was written before waybillDurableFile; put it directly behind the file: endpoint");
    }
    Path file = Path.of(written).toAbsolutePath();
    DurableMoves.force(file);
    DurableMoves.forceFolderOf(file);
  }
}
