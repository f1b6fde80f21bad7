package runbook.run;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import runbook.action.Place;
import runbook.expr.Value;
import runbook.plan.Plan;
import runbook.type.Conversion;
import runbook.type.FileRef;
import runbook.type.Type;

/** The places of a plan, as its parameters make them. */
final class Places {
  private Places() {}

  /**
   * @param namespace where a place is unless it says otherwise
   */
  static Map<String, Place> of(Plan plan, Map<String, Object> parameters, String namespace) {
    var places = new LinkedHashMap<String, Place>();
    places.put(FileRef.LOCAL, new Place.Here());
    plan.places()
        .forEach(
            (name, declaration) -> places.put(name, place(declaration, parameters, namespace)));
    return places;
  }

  private static Place place(
      Plan.PlaceDeclaration declaration, Map<String, Object> parameters, String namespace) {
    var settings = evaluate(declaration.settings(), Plan.PlaceDeclaration.KNOWN, parameters);
    Place.Pods pods;
    if (settings.get("deployment") instanceof String d) pods = new Place.Pods.OfDeployment(d);
    else if (settings.get("statefulset") instanceof String s)
      pods = new Place.Pods.OfStatefulSet(s);
    else if (settings.get("job") instanceof String j) pods = new Place.Pods.OfJob(j);
    else if (settings.get("pod") instanceof String p) pods = new Place.Pods.Named(p);
    else {
      var labels = new LinkedHashMap<String, String>();
      ((Map<?, ?>) settings.get("labels")).forEach((k, v) -> labels.put((String) k, (String) v));
      pods = new Place.Pods.Labelled(labels);
    }
    var in = Optional.ofNullable((String) settings.get("namespace")).orElse(namespace);
    return new Place.InPod(
        declaration.name(), in, pods, Optional.ofNullable((String) settings.get("container")));
  }

  /** Settings of a place or a connection, which come before all steps. */
  static Map<String, Object> evaluate(
      Map<String, Value> values, Map<String, Type> types, Map<String, Object> parameters) {
    var names = new Names(parameters, "", "").of(Optional.empty());
    var out = new LinkedHashMap<String, Object>();
    values.forEach(
        (key, value) -> out.put(key, Conversion.convert(types.get(key), value.evaluate(names))));
    return out;
  }
}
