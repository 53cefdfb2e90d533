package io.waybill.operator;

import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Serves what explains the API: its description, and the types of problems. */
@RestController
final class DocumentController {

  private static final Resource OPENAPI = new ClassPathResource("openapi.yaml");

  @GetMapping("/api/v1/openapi.yaml")
  ResponseEntity<Resource> openapi() {
    return ResponseEntity.ok()
        .contentType(MediaType.parseMediaType("application/yaml"))
        .body(OPENAPI);
  }

  @GetMapping("/problems/{code}")
  ResponseEntity<Resource> problem(@PathVariable("code") String code) {
    Problem problem =
        Problem.of(code)
            .orElseThrow(
                () ->
                    new ProblemException(
                        Problem.NOT_FOUND, "No problem is named '%s'.".formatted(code)));
    return ResponseEntity.ok()
        .contentType(MediaType.parseMediaType("text/markdown;charset=UTF-8"))
        .body(new ClassPathResource("problems/" + problem.code() + ".md"));
  }
}
