// The oracle answers how kubectl reads YAML. It reads texts as a JSON array from standard input and writes what they say as JSON in the
// same order to standard output; null stands for what it refuses.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"sigs.k8s.io/yaml"
)

func main() {
	var texts []string
	if err := json.NewDecoder(os.Stdin).Decode(&texts); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	answers := make([]*string, len(texts))
	for i, text := range texts {
		if value, err := yaml.YAMLToJSONStrict([]byte(text)); err == nil {
			answer := string(value)
			answers[i] = &answer
		}
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(answers); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
