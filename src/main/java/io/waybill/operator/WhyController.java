package io.waybill.operator;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Tells why a message is not posted, down to what has to change. */
@RestController
@RequestMapping(path = "/api/v1/messages/{seq}/why", produces = MediaType.APPLICATION_JSON_VALUE)
final class WhyController {

  private final Why.Inquiry inquiry;

  WhyController(Why.Inquiry inquiry) {
    this.inquiry = inquiry;
  }

  @GetMapping
  Map<String, @Nullable Object> why(@PathVariable("seq") long seq) {
    return inquiry.why(seq).map(WhyJson::of).orElseThrow(() -> MessageController.unknown(seq));
  }
}
