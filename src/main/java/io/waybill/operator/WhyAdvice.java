package io.waybill.operator;

import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.servlet.mvc.method.annotation.RequestBodyAdviceAdapter;

/**
 * Keeps the {@code why} of every action for the audit, wherever a body has one, so that no new
 * action has to think of it.
 */
@RestControllerAdvice
final class WhyAdvice extends RequestBodyAdviceAdapter {

  @Override
  public boolean supports(
      MethodParameter parameter, Type type, Class<? extends HttpMessageConverter<?>> converter) {
    return parameter.getParameterType().isRecord();
  }

  @Override
  public Object afterBodyRead(
      Object body,
      HttpInputMessage input,
      MethodParameter parameter,
      Type type,
      Class<? extends HttpMessageConverter<?>> converter) {
    RequestAttributes request = RequestContextHolder.getRequestAttributes();
    String why = why(body);
    if (request != null && why != null) {
      request.setAttribute(AuditFilter.WHY, why, RequestAttributes.SCOPE_REQUEST);
    }
    return body;
  }

  private static @Nullable String why(Object body) {
    return Arrays.stream(body.getClass().getRecordComponents())
        .filter(component -> component.getName().equals("why"))
        .map(RecordComponent::getAccessor)
        .map(
            accessor -> {
              ReflectionUtils.makeAccessible(accessor);
              return ReflectionUtils.invokeMethod(accessor, body);
            })
        .filter(String.class::isInstance)
        .map(String.class::cast)
        .findFirst()
        .orElse(null);
  }
}
