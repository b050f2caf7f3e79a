// The oracle answers how Go's text/template renders templates. It reads cases as a JSON array from standard input and writes the
// answers in the same order to standard output.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"text/template"
)

type testCase struct {
	Template   string `json:"template"`
	Data       any    `json:"data"`
	MissingKey string `json:"missingKey"`
	Left       string `json:"left"`
	Right      string `json:"right"`
}

type answer struct {
	Output *string `json:"output,omitempty"`
	Error  string  `json:"error,omitempty"`
	Line   int     `json:"line,omitempty"`
}

// Templates are named as the tests name them.
const name = "t"

var place = regexp.MustCompile(`^template: ` + name + `:(\d+):`)

func main() {
	var cases []testCase
	decoder := json.NewDecoder(os.Stdin)
	// Integers stay integers, as Kubernetes' types have them.
	decoder.UseNumber()
	if err := decoder.Decode(&cases); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	answers := make([]answer, len(cases))
	for i, c := range cases {
		answers[i] = render(c)
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(answers); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func render(c testCase) answer {
	var out strings.Builder
	t, err := template.New(name).Delims(c.Left, c.Right).Option("missingkey=" + c.MissingKey).Parse(c.Template)
	if err == nil {
		err = t.Execute(&out, numbers(c.Data))
	}
	if err != nil {
		a := answer{Error: err.Error()}
		if match := place.FindStringSubmatch(a.Error); match != nil {
			a.Line, _ = strconv.Atoi(match[1])
		}
		return a
	}
	text := out.String()
	return answer{Output: &text}
}

func numbers(value any) any {
	switch v := value.(type) {
	case json.Number:
		if i, err := strconv.Atoi(v.String()); err == nil {
			return i
		}
		f, _ := v.Float64()
		return f
	case map[string]any:
		for key := range v {
			v[key] = numbers(v[key])
		}
	case []any:
		for i := range v {
			v[i] = numbers(v[i])
		}
	}
	return value
}
